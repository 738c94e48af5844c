"""Search on several nodes: each finds what any of them was told, whether each has an index or all share one."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import psycopg
import pytest
from qdrant_client import QdrantClient

from api.searching.making import access_of
from api.searching.mark import DutyLost, StoreEditions
from api.searching.place import shared
from api.searching.service import Search
from api.settings import Settings
from search.index.places import ServerEngines
from search.ranking.question import Question
from services.scope import ADMIN
from streams.scaled.duty import NAME
from streams.store.postgres import make_store
from tests.api.houses import BREATH_SECONDS, Parts
from tests.api.nodes.nodes import parts as parts
from tests.api.nodes.nodes import working
from tests.api.nodes.test_viewers import node, sent
from tests.api.searching.indexed import Given
from tests.builders import event
from tests.databases import temporary_database
from tests.search.letters import Letters, Others
from tests.stores import Store, Wire

PATIENCE_SECONDS = 60


def note(name: str, word: str) -> Wire:
    """Return a note that everybody reads."""
    text = f"It speaks of {word}."
    return event("document.written", f"document/{name}", "2017-03-01", title=name, text=text, readers=["everyone"])


async def found(address: str, word: str, *names: str) -> None:
    """Return once a node finds exactly these documents by a word."""
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client,
    ):
        while True:
            answer = (await client.get("/api/search", params={"q": word})).json()
            if {hit["id"] for hit in answer["hits"]} == {f"document/{name}" for name in names}:
                return
            await asyncio.sleep(BREATH_SECONDS)


async def test_each_node_finds_what_any_was_told(tmp_path: Path, parts: Parts) -> None:
    """Two nodes in one data folder, without a Qdrant server; one is killed, misses a change and catches up."""
    async with working(parts):
        with ExitStack() as stack:
            one = stack.enter_context(node(tmp_path, parts))
            with node(tmp_path, parts) as other:
                await sent(one.address, note("a", "budgets"))
                await found(one.address, "budgets", "a")
                await found(other.address, "budgets", "a")
                other.end(signal.SIGKILL)
                port = other.address.rpartition(":")[2]
            await sent(one.address, note("b", "budgets"), event("document.archived", "document/a", "2017-03-02"))
            await found(one.address, "budgets", "b")
            with node(tmp_path, parts, port) as again:
                await found(again.address, "budgets", "b")


class Sharing:
    """Nodes as far as search is concerned: one store, one index that they share, and each its own duty."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder
        self.store = Store(address)
        self.client = QdrantClient(":memory:")
        self.choice = Letters()
        self._stack = ExitStack()

    def node(self) -> Search:
        """Return the search of another node."""
        questions = self._stack.enter_context(closing(self.store.questions()))
        place = shared(ServerEngines(lambda: self.client, "test-"), questions, self.address)
        settings = Settings(home=self.folder, store=self.address, qdrant="http://nowhere:6333")
        search = Search(settings, questions, Given(lambda: self.choice, Letters(), Others()), place=place)
        self._stack.enter_context(closing(search))
        return search

    def collections(self) -> list[str]:
        """Return what lies on the server."""
        return [one.name for one in self.client.get_collections().collections]

    def die(self) -> None:
        """End the sessions of all who have the duty or want it."""
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
        with psycopg.connect(self.address) as connection:
            connection.execute(ended, [NAME])

    def close(self) -> None:
        """End all nodes."""
        self._stack.close()
        self.store.home.connection.close()


@pytest.fixture
def sharing(tmp_path: Path) -> Iterator[Sharing]:
    """Give an empty store for nodes that share an index."""
    with temporary_database("store", make_store) as address:
        found = Sharing(address, tmp_path)
        yield found
        found.close()


def read(search: Search) -> int:
    """Let a node read what it may, and return how many roots that were."""
    done = 0
    while step := search.step():
        done += step
    return done


def hits(search: Search, text: str) -> set[str]:
    """Return the ids of what a node finds."""
    question = Question(text=text, access=access_of(ADMIN))
    return {hit.doc_id for hit in search.search(question).hits}


def test_one_node_fills_the_index_of_all(sharing: Sharing) -> None:
    """The others read nothing and find everything; there is one collection."""
    sharing.store.send(note("a", "budgets"), note("b", "budgets"))
    one, other = sharing.node(), sharing.node()
    assert read(one) > 0 and read(other) == 0
    assert hits(one, "budgets") == hits(other, "budgets") == {"document/a", "document/b"}
    assert other.status().documents == 2 and sharing.collections() == ["test-made-1"]


def test_the_duty_passes_on(sharing: Sharing) -> None:
    """When the node that fills the index is gone, another goes on where it was, and nothing is read twice."""
    one, other = sharing.node(), sharing.node()
    sharing.store.send(note("a", "budgets"))
    read(one)
    sharing.die()
    sharing.store.send(note("b", "budgets"))
    assert read(other) == 1 and read(one) == 0
    assert hits(one, "budgets") == {"document/a", "document/b"}


def test_all_follow_a_change_of_model(sharing: Sharing) -> None:
    """Nodes that only ask go on with the old index to the end of the change, then with the new one at once.

    A question may come between the removal of the old collection and the moment at which a node looks at the marks.
    """
    sharing.store.send([note(f"n{number}", "budgets") for number in range(3)])
    one, other = sharing.node(), sharing.node()
    read(one)
    assert len(hits(other, "budgets")) == 3
    sharing.choice = Others()
    one.step()
    other.step()
    assert other.status().remaking == "others" and len(hits(other, "budgets")) == 3
    read(one)
    assert sharing.collections() == ["test-made-2"]
    assert len(hits(other, "budgets")) == 3 and other.status().model == "others"


def test_who_lost_the_duty_writes_no_marks(sharing: Sharing) -> None:
    """A node that was stopped for long cannot say how far the index is once another has taken over."""
    sharing.store.send(note("a", "budgets"))
    one, other = sharing.node(), sharing.node()
    read(one)
    sharing.die()
    read(other)
    with pytest.raises(DutyLost):
        one.remake()
    assert hits(one, "budgets") == {"document/a"}


def test_a_node_reads_everything_again_on_demand(sharing: Sharing) -> None:
    """Whoever asks for it, the node that fills the index does it, once."""
    sharing.store.send(note("a", "budgets"))
    one, other = sharing.node(), sharing.node()
    read(one)
    with closing(sharing.store.questions()) as questions:
        StoreEditions(questions.connection).ask()
    assert read(other) == 0 and read(one) > 0 and read(one) == 0
    assert sharing.collections() == ["test-made-2"] and hits(other, "budgets") == {"document/a"}
