"""Models as a server has them: read beside the event loop, once for each text, by whoever waits first."""

import asyncio
import json
import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from api.searching.reading import Models, share_choice
from api.settings import Settings
from search.models.catalogue import CHINESE, ENGLISH
from search.models.choice import Choice, choice_named, choose
from search.models.failures import EncoderBusy, ModelBroken
from search.models.model import CARD
from search.models.onnx import Reader
from search.models.vectors import Vectors
from search.models.worker import WAITING_MAX
from tests.search.models.shared import fetched
from tests.stores import Store


class Watched:
    """Notes in which thread each text is read by a model; `gate` holds documents back."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.threads: dict[str, str] = {}
        self.gate = threading.Event()
        self.gate.set()
        read = Reader.read

        def watched(reader: Reader, texts: Sequence[str], *, query: bool = False) -> Vectors:
            self.threads.update(dict.fromkeys(texts, threading.current_thread().name.rpartition("_")[0]))
            if not query:
                self.gate.wait()
            return read(reader, texts, query=query)

        patch.setattr(Reader, "read", watched)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Watch the real models at work."""
    return Watched(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of models of this test, with the real ones."""
    made = tmp_path / "models"
    made.mkdir()
    for name in (ENGLISH, CHINESE):
        (made / name).symlink_to(fetched() / name)
    return made


def models_of(home: Path, folder: Path) -> Models:
    """Return the models of an embedded home."""

    def none() -> None:
        raise AssertionError("an embedded home keeps its choice with its models")

    return Models(Settings(home=home, models=folder), none)  # type: ignore[arg-type]


async def test_texts_are_read_beside_the_loop_and_once(tmp_path: Path, folder: Path, watched: Watched) -> None:
    """Documents and questions have threads of their own; a text that was read is not read again, nor after a restart.

    The event loop goes on meanwhile: it is what hands the texts over.
    """
    for _ in range(2):
        models = models_of(tmp_path, folder)
        models.start()
        filling = await asyncio.to_thread(models.chosen)
        assert filling is not None
        asking = await asyncio.to_thread(models.named, filling.name)
        assert asking is not None
        await asyncio.to_thread(filling.encode, ["a document"])
        await asyncio.to_thread(asking.encode, ["a sentence"])
        await asyncio.to_thread(asking.encode, ["a question"], query=True)
        await asyncio.to_thread(models.close)
        if watched.threads:
            first, watched.threads = watched.threads, {}
            assert first == {
                "a document": "reading-documents",
                "a sentence": "reading-questions",
                "a question": "reading-questions",
            }
    assert watched.threads == {}


async def test_what_waits_is_bounded(tmp_path: Path, folder: Path, watched: Watched) -> None:
    """One more than may wait is refused, and questions are answered all the while."""
    models = models_of(tmp_path, folder)
    models.start()
    filling = await asyncio.to_thread(models.chosen)
    assert filling is not None
    worker = filling._worker  # type: ignore[attr-defined]
    watched.gate.clear()
    waiting = [asyncio.create_task(worker.encode([f"document {number}"])) for number in range(WAITING_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(EncoderBusy):
        await asyncio.to_thread(filling.encode, ["one more"])
    assert (await asyncio.to_thread(filling.encode, ["a question"], query=True)).shape == (1, 384)
    watched.gate.set()
    await asyncio.gather(*waiting)
    await asyncio.to_thread(models.close)


def test_a_choice_is_noticed(tmp_path: Path, folder: Path) -> None:
    """Each call looks again; a choice that cannot be used leaves the one before and says why; both have their names."""
    models = models_of(tmp_path, folder)
    first = models.chosen()
    assert first is not None and first.name.startswith(ENGLISH) and models.chosen() is first
    choose(folder, Choice(english="nowhere", chinese=CHINESE))
    assert models.chosen() is first and "nowhere" in models.trouble
    ours = folder / "nowhere"
    shutil.copytree(folder / ENGLISH, ours)
    card = json.loads((ours / CARD).read_text())
    (ours / CARD).write_text(json.dumps(card | {"name": "nowhere", "language": "any"}))
    choose(folder, Choice(english="nowhere", chinese=""))
    second = models.chosen()
    assert second is not None and second.name.startswith("nowhere") and not models.trouble
    assert models.named(first.name) is first and models.named(second.name) is second
    models.keep({second.name})
    # It can be had again for as long as its files are what they were.
    again = models.named(first.name)
    assert again is not None and again is not first and again.name == first.name
    models.keep(set())
    (folder / ENGLISH).unlink()
    assert models.named(first.name) is None and models.named("made up") is None
    models.close()


def test_other_weights_under_the_same_name_are_not_read(tmp_path: Path, folder: Path) -> None:
    """A model whose files were replaced before its first text was read says so, instead of mixing vectors."""
    models = models_of(tmp_path, folder)
    first = models.chosen()
    assert first is not None
    real = (folder / ENGLISH).resolve()
    (folder / ENGLISH).unlink()
    shutil.copytree(real, folder / ENGLISH)
    card = json.loads((real / CARD).read_text())
    (folder / ENGLISH / CARD).write_text(json.dumps(card | {"model_sha256": "0" * 64}))
    os.utime(folder / ENGLISH / CARD, ns=(1, 1))
    with pytest.raises(ModelBroken, match="were replaced"):
        first.encode(["The price is too high."])
    models.close()


def test_a_name_says_its_choice() -> None:
    """What an index was made by can be told from the name of its embedder, and nothing from any other name."""
    assert choice_named("a@1+b@2+bridge@3+rules@1") == Choice(english="a", chinese="b")
    assert choice_named("a@1+rules@1") == Choice(english="a", chinese="")
    assert choice_named("letters") is None and choice_named("") is None


def test_nodes_share_a_choice(tmp_path: Path, folder: Path) -> None:
    """Where several processes share a store the choice is there; until one was made each follows its own folder."""
    store = Store(tmp_path / "home")
    connection = store.home.connection
    settings = Settings(home=tmp_path, models=folder, store="postgresql://nowhere/paceline")
    models = Models(settings, lambda: connection)
    first = models.chosen()
    assert first is not None and first.name.startswith(ENGLISH)
    share_choice(connection, Choice(english="elsewhere", chinese=""))
    assert models.chosen() is first and "elsewhere" in models.trouble
    share_choice(connection, Choice())
    assert models.chosen() is first and not models.trouble
    connection.put("facts", [("models_chosen", "nonsense")])
    assert models.chosen() is first and models.trouble
    share_choice(connection, Choice())
    assert models.chosen() is first and not models.trouble
    models.close()
    store.home.close()
