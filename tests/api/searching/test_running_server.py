"""A server that runs follows a change of its models, answers by meaning all the time, and may be killed on the way."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from search.models.catalogue import CHINESE, ENGLISH
from search.models.model import CARD, TOKENIZER, WEIGHTS
from tests.api.houses import BATCH
from tests.api.servers import COMMAND, Program, environment, program
from tests.builders import event
from tests.search.models.shared import fetched

PATIENCE_SECONDS = 120
ANY = "mini-any"
DOCUMENTS = 240
QUESTION = "price far above our budget"


class Status(msgspec.Struct):
    """What is read of the status of search."""

    documents: int
    waiting: int
    complete: bool
    roots_read: int
    roots_total: int
    model: str | None = None
    remaking: str | None = None
    trouble: str | None = None


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a folder with the two models of the product, and one that reads any language without a bridge."""
    folder, shared = tmp_path / "models", fetched()
    folder.mkdir()
    for name in (ENGLISH, CHINESE):
        (folder / name).symlink_to(shared / name)
    (folder / ANY).mkdir()
    for file in (WEIGHTS, TOKENIZER):
        shutil.copy(shared / ENGLISH / file, folder / ANY / file)
    card = json.loads((shared / ENGLISH / CARD).read_text())
    (folder / ANY / CARD).write_text(json.dumps(card | {"name": ANY, "language": "any"}))
    return folder


@pytest.fixture
def told(models: Path) -> dict[str, str]:
    """Return what the environment says beside the data folder."""
    return {"PACELINE_MODELS": str(models)}


def status_of(address: str) -> Status:
    """Return how far the search of a server is; nothing is wrong with it."""
    answer = httpx.get(f"{address}/api/search/status", timeout=PATIENCE_SECONDS)
    found = msgspec.json.decode(answer.content, type=Status)
    assert not found.trouble, found
    return found


def answered_by_meaning(address: str) -> None:
    """Check that a question is answered by vectors."""
    answer = httpx.get(f"{address}/api/search", params={"q": QUESTION}, timeout=PATIENCE_SECONDS).json()
    assert answer["by_meaning"] and answer["hits"][0]["id"] == "document/dear", answer["hits"][:2]


def seen(address: str, wanted: Callable[[Status], bool]) -> Status:
    """Return the first status that is as wanted; on the way every question is answered by meaning."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = status_of(address)
        if wanted(found):
            return found
        if found.model and found.documents == DOCUMENTS + 1:
            answered_by_meaning(address)
    raise AssertionError(found)


def settled(name: str) -> Callable[[Status], bool]:
    """Return what tells that a model has read everything and nothing takes its place."""
    return lambda one: (
        str(one.model).startswith(name)
        and one.remaking is None
        and one.complete
        and not one.waiting
        and one.documents == DOCUMENTS + 1
    )


def use(home: Path, told: dict[str, str], name: str) -> None:
    """Choose a model as a person does."""
    subprocess.run([COMMAND, "models", "use", name], check=True, capture_output=True, env=environment(home, told))


@pytest.fixture
def server(tmp_path: Path, told: dict[str, str]) -> Iterator[Program]:
    """Give a server that has read its documents by the models of the product."""
    with program(tmp_path / "home", "serve", "--port", "0", more=told) as running:
        texts = {
            f"d{number}": f"Meeting {number} was about the schedule of week {number}." for number in range(DOCUMENTS)
        }
        texts["dear"] = "They say that our price is far above their budget."
        wires = [
            event("document.written", f"document/{name}", "2017-03-01", title=name, text=text, readers=["everyone"])
            for name, text in texts.items()
        ]
        answer = httpx.post(
            f"{running.address}/api/events/batch",
            content=msgspec.json.encode(wires),
            headers={"Content-Type": BATCH},
            timeout=PATIENCE_SECONDS,
        )
        assert answer.status_code == 202
        seen(running.address, settled(ENGLISH))
        yield running


def test_a_model_is_changed_without_a_restart(tmp_path: Path, told: dict[str, str], server: Program) -> None:
    """Killed in the middle of the change it goes on there; the old index is removed; going back is the same again."""
    home = tmp_path / "home"
    use(home, told, ANY)
    middle = seen(server.address, lambda one: one.remaking is not None)
    assert str(middle.model).startswith(ENGLISH) and str(middle.remaking).startswith(ANY)
    assert middle.roots_total == DOCUMENTS + 1
    answered_by_meaning(server.address)
    server.end(signal.SIGKILL)
    with program(home, "serve", "--port", "0", more=told) as again:
        first = status_of(again.address)
        assert str(first.model).startswith(ENGLISH)
        answered_by_meaning(again.address)
        seen(again.address, settled(ANY))
        answered_by_meaning(again.address)
        use(home, told, ENGLISH)
        seen(again.address, settled(ENGLISH))
        # An index that was still answering a question goes with the next look at what has changed.
        seen(again.address, lambda _: [path.name for path in (home / "index").glob("made-?")] == ["made-3"])
