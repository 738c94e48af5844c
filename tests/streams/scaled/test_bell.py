"""The bell on a real Postgres."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from api.cluster.database import Database
from streams.scaled.bell import Bell
from streams.store.postgres import make_store, open_postgres
from tests.databases import temporary_database

PATIENCE_SECONDS = 30


class Counted:
    """Counts rings, and waits for them."""

    def __init__(self) -> None:
        self.count = 0
        self.told = ""
        self._more = threading.Condition()

    def __call__(self, told: str) -> None:
        """Be rung."""
        with self._more:
            self.count += 1
            self.told = told
            self._more.notify_all()

    def reached(self, wanted: Callable[[int], bool]) -> bool:
        """Return whether the count becomes what is wanted."""
        with self._more:
            return self._more.wait_for(lambda: wanted(self.count), PATIENCE_SECONDS)


@contextmanager
def listening(address: str) -> Iterator[tuple[Bell, Counted]]:
    """Give a bell that hears, and the count of its rings."""
    rings = Counted()
    bell = Bell(address, rings)
    bell.start()
    try:
        assert rings.reached(lambda count: count >= 1)
        yield bell, rings
    finally:
        bell.stop()


@pytest.fixture
def address() -> Iterator[str]:
    """A store of this test's own."""
    with temporary_database("store", make_store) as found:
        yield found


def test_every_node_hears_of_a_turn(address: str) -> None:
    """Two bells on one store ring once a turn is over, and hear who had it."""
    with listening(address) as (_, one), listening(address) as (_, other):
        before = one.count, other.count
        connection = open_postgres(address)
        with connection.turn("00-by-whom-01"):
            pass
        connection.close()
        assert one.reached(lambda count: count > before[0])
        assert other.reached(lambda count: count > before[1])
        assert one.told == other.told == "00-by-whom-01"


def test_a_turn_that_is_undone_rings_nothing(address: str) -> None:
    """What was rolled back changed nothing: the next ring is that of the turn after it."""
    with listening(address) as (_, rings):
        before = rings.count
        connection = open_postgres(address)
        with pytest.raises(ZeroDivisionError), connection.turn():
            raise ZeroDivisionError
        with connection.turn():
            pass
        connection.close()
        assert rings.reached(lambda count: count > before)
        assert rings.count == before + 1


def test_a_store_that_was_away_rings_when_it_is_back(own_database: Database) -> None:
    """After a restart of Postgres the bell listens again and rings for what it may have missed."""
    make_store(own_database.address())
    with listening(own_database.address()) as (bell, rings):
        before = rings.count
        own_database.kill()
        own_database.start()
        assert rings.reached(lambda count: count > before)
        assert bell.listening
