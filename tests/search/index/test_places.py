"""Engines lie beside each other under names, and what is dropped is gone: in a folder, in memory, on a server."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from search.index.errors import IndexAway
from search.index.places import FolderEngines, ServerEngines
from search.index.port import Engines, Point
from tests.search.index.engines import ENGINES, client_of

WIDTH = 4


@pytest.fixture(params=ENGINES)
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engines]:
    """Give an empty place of each kind."""
    if request.param == "edge":
        yield FolderEngines(tmp_path / "index")
        return
    client = client_of(request.param)
    client.create_collection("of-somebody-else", vectors_config={}) if request.param == "memory" else None
    found = ServerEngines(lambda: client, f"t{uuid4().hex[:8]}-")
    yield found
    for name in found.names():
        found.drop(name)
    found.close()


def point() -> Point:
    """Return a point without a vector."""
    payload = {"tenant": "company", "readers": ["company/all"], "doc_id": "d", "part": "head", "rev": 1}
    return Point(id=str(uuid4()), payload=payload)


def test_engines_lie_beside_each_other(engines: Engines) -> None:
    """What is written into one is not in another; both have names, and nothing else of the place has."""
    assert engines.names() == []
    one, two = engines.open("made-1", WIDTH), engines.open("made-2", WIDTH)
    one.put([point()])
    assert (one.size(), two.size()) == (1, 0)
    assert engines.names() == ["made-1", "made-2"]
    one.close()
    two.close()


def test_what_was_closed_is_opened_again(engines: Engines) -> None:
    """An engine keeps what it holds while it is closed."""
    one = engines.open("made-1", WIDTH)
    one.put([point()])
    one.close()
    again = engines.open("made-1", WIDTH)
    assert again.size() == 1
    again.close()


def test_what_is_dropped_is_gone(engines: Engines) -> None:
    """Nothing of it is left, its neighbour with a like name stays, and dropping it twice changes nothing."""
    for name in ("made-1", "made-10"):
        opened = engines.open(name, WIDTH)
        opened.put([point()])
        opened.close()
    engines.drop("made-1")
    engines.drop("made-1")
    assert engines.names() == ["made-10"]
    fresh = engines.open("made-1", WIDTH)
    assert fresh.size() == 0
    fresh.close()


def test_a_server_that_is_away_is_said_to_be_so() -> None:
    """Whatever is asked of a server that nobody runs raises what says so, and nothing before that."""
    qdrant = pytest.importorskip("qdrant_client")
    client = qdrant.QdrantClient(url="http://127.0.0.1:9", check_compatibility=False)
    found = ServerEngines(lambda: client, "away-")
    for ask in (found.names, lambda: found.drop("made-1"), lambda: found.open("made-1", WIDTH)):
        with pytest.raises(IndexAway, match="does not answer"):
            ask()
    found.close()
