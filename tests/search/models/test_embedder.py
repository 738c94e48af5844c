"""The embedder reads both languages into one space."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from search.models.choice import Choice
from search.models.embedder import Embedder, languages_of
from search.models.failures import ModelMissing
from search.models.training import found_first

ENGLISH = (
    "The customer says that the price is too high.",
    "Please reset my password.",
    "The contract was signed on Monday.",
    "Our competitor offers a free trial.",
    "The server was down for two hours.",
    "She moved to the sales team in March.",
)
CHINESE = (
    "客户说价格太高了。",
    "请重置我的密码。",
    "合同在星期一签了。",
    "我们的竞争对手提供免费试用。",
    "服务器停机了两个小时。",
    "她三月份调到了销售团队。",
)
TRADITIONAL = "客戶說價格太高了。"
MIXED = "客户问 SSO 能不能在 trial 期间打开，security review 之前要答复"


def test_vectors_have_the_promised_shape(embedder: Embedder) -> None:
    """Vectors are rows of float32 of length one, in the order of the texts, also for no texts and for empty ones."""
    texts = [*ENGLISH, *CHINESE, MIXED, "", "2017-Q1"]
    found = embedder.encode(texts)
    assert found.shape == (len(texts), embedder.width) and found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert embedder.encode([]).shape == (0, embedder.width)


def test_translations_are_found_in_both_directions(embedder: Embedder) -> None:
    """A sentence in one language is closest to its own translation in the other."""
    assert found_first(embedder.encode(ENGLISH), embedder.encode(CHINESE)) == (1.0, 1.0)


def test_a_vector_depends_on_its_text_alone(embedder: Embedder) -> None:
    """The same text has the same vector whatever stands beside it, and in whatever order."""
    texts = [*ENGLISH, *CHINESE, MIXED]
    together = embedder.encode(texts)
    alone = np.concatenate([embedder.encode([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    assert np.abs(embedder.encode(texts[::-1])[::-1] - together).max() < 1e-5


def test_traditional_chinese_is_read_as_simplified(embedder: Embedder) -> None:
    """The same sentence in Traditional characters has the very vector of the Simplified one."""
    one, other = embedder.encode([TRADITIONAL, CHINESE[0]])
    assert np.abs(one - other).max() < 1e-5


def test_capitals_do_not_change_chinese(embedder: Embedder) -> None:
    """Latin capitals in a Chinese text are read like small letters."""
    one, other = embedder.encode(["用 CRM 管理客户关系和合同", "用 crm 管理客户关系和合同"])
    assert float(one @ other) > 0.999


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("", ("en",)),
        ("2017-Q1", ("en",)),
        (ENGLISH[0], ("en",)),
        (CHINESE[0], ("zh",)),
        (TRADITIONAL, ("zh",)),
        (MIXED, ("en", "zh")),
        ("客户在试用期间要求打开 SSO 并且希望我们在安全审查之前给出正式的答复", ("en", "zh")),
        ("The customer 王 signed the order on Monday for all of us here", ("en",)),
    ],
)
def test_a_text_is_read_by_the_model_of_its_script(text: str, languages: tuple[str, ...]) -> None:
    """One language is read by its model, a text of both by both, and a single foreign character changes nothing."""
    assert languages_of(text) == languages


def test_a_mixed_text_is_near_both_of_its_translations(embedder: Embedder) -> None:
    """A text in two languages is closer to what it means in either than to anything else."""
    others = [
        "The customer asks whether single sign-on can be enabled during the trial, before the security review",
        "客户询问试用期间能否启用单点登录，安全审查之前需要答复",
    ]
    cosines = embedder.encode([*others, *ENGLISH, *CHINESE]) @ embedder.encode([MIXED])[0]
    assert set(np.argsort(-cosines)[:2]) == {0, 1}


def test_without_models_it_says_what_to_do(tmp_path: Path) -> None:
    """In an empty folder both models are named with the command that brings them."""
    with pytest.raises(ModelMissing, match=r"all-minilm-l6-v2, bge-small-zh-v1\.5.*paceline models fetch"):
        Embedder(tmp_path)


def test_the_name_tells_models_apart(embedder: Embedder, models: Path) -> None:
    """The name is the same for the same models, names the weights and the bridge, and differs for a single model."""
    assert embedder.name == Embedder(models).name
    assert "all-minilm-l6-v2@afdb6f1a0e45+bge-small-zh-v1.5@15b717c382bc+bridge@" in embedder.name
    assert Embedder(models, Choice(english="all-minilm-l6-v2", chinese="")).name != embedder.name


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    """Importing the server and the embedder loads no numpy, no ONNX Runtime, no tokenizer and no dictionary."""
    script = (
        "import sys, api.app, search.models.embedder, search.text.script\n"
        "print({'numpy', 'onnxruntime', 'tokenizers', 'opencc', 'jgo', 'torch'} & set(sys.modules))"
    )
    root = Path(__file__).parents[3]
    found = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_what_models_do_not_know_is_told(embedder: Embedder) -> None:
    """The share of unknown tokens counts each text in the model that reads it; nothing is unknown of no text."""
    assert embedder.unknown(["The price is too high.", "客户说价格太高了。", "用 CRM 管理客户關係"]) == 0.0
    assert embedder.unknown(["🦄"]) == 1.0 and embedder.unknown(["🦄🦄 deal"]) == 0.5
    assert embedder.unknown([]) == embedder.unknown([""]) == 0.0
    assert 0.0 < embedder.unknown(["The price is too high. 🦄"]) < 0.2
