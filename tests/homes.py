"""Stores of both kinds for tests: in a folder, or in a database that is emptied and used again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from hypothesis import settings

from streams.store.postgres import make_store, open_postgres
from streams.store.tables import metadata
from tests.databases import new_database, temporary_database
from tests.stores import NOW, Store

HomeKind = Literal["embedded", "postgres"]
HOMES: tuple[HomeKind, HomeKind] = ("embedded", "postgres")
TEMPLATE = "store"


class Databases:
    """Databases with the tables of a store, for one process; making one takes longer than most tests."""

    def __init__(self) -> None:
        self._free: list[str] = []

    @contextmanager
    def one(self) -> Iterator[str]:
        """Give the address of an empty store."""
        address = self._free.pop() if self._free else new_database(TEMPLATE, make_store)
        yield address
        _clear(address)
        self._free.append(address)


@cache
def databases() -> Databases:
    """Return the databases of this process."""
    return Databases()


@contextmanager
def empty_store() -> Iterator[str]:
    """Give the address of a store in a database of its own, which is dropped afterwards."""
    with temporary_database(TEMPLATE, make_store) as address:
        yield address


def _clear(address: str) -> None:
    gone = ", ".join(f"{table} AS (DELETE FROM {table})" for table in metadata.tables)
    connection = open_postgres(address)
    connection.execute(f"WITH {gone} SELECT 1")
    connection.close()


class Stores:
    """Makes stores of one kind, as many as a test asks for."""

    def __init__(self, kind: HomeKind, held: ExitStack) -> None:
        self.kind = kind
        self._held = held

    def __call__(self, *, now: str = NOW) -> Store:
        """Return a new store; its clock stands still at `now`."""
        store = Store(self._place(), now=now)
        self._held.callback(store.close)
        return store

    @contextmanager
    def one(self) -> Iterator[Store]:
        """Give a store that is thrown away before the next is made, for tests that need many."""
        with ExitStack() as held:
            yield Stores(self.kind, held)()

    def _place(self) -> Path | str:
        if self.kind == "postgres":
            return self._held.enter_context(databases().one())
        return Path(self._held.enter_context(TemporaryDirectory(prefix="paceline-store-")))


def examples(home: HomeKind, *, embedded: int, postgres: int) -> settings:
    """Return how many examples of a property are tried in a home; the folds are the same, only the store differs."""
    return settings(max_examples=embedded if home == "embedded" else postgres, derandomize=True, deadline=None)


@contextmanager
def some_stores(kind: HomeKind) -> Iterator[Stores]:
    """Give what makes stores of a kind; they are closed and thrown away afterwards."""
    with ExitStack() as held:
        yield Stores(kind, held)
