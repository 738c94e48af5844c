"""The turn is taken from who stands still with it, wherever that happened, and from nobody else."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from streams.store.connection import StoreFailed
from streams.store.postgres import PostgresConnection, open_postgres
from tests.homes import databases

PATIENCE_SECONDS = 60


@pytest.fixture
def address() -> Iterator[str]:
    """Give the address of an empty store."""
    with databases().one() as found:
        yield found


@contextmanager
def standing_still(address: str, *, unhurried: bool) -> Iterator[Future[None]]:
    """Give the work of somebody who has the turn and stands still while rows are sent, until the body is left."""
    begun, go_on = threading.Event(), threading.Event()

    def rows() -> Iterator[tuple[str, int, int]]:
        yield "t", 0, 0
        begun.set()
        assert go_on.wait(PATIENCE_SECONDS)
        yield "t", 1, 0

    def hold() -> None:
        with closing(open_postgres(address, hold_max_seconds=1)) as holder, holder.turn():
            if unhurried:
                holder.unhurried()
            holder.load("offsets", rows())

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(hold)
        assert begun.wait(PATIENCE_SECONDS)
        try:
            yield work
        finally:
            go_on.set()


def write(connection: PostgresConnection) -> None:
    """Write something in a turn."""
    with connection.turn():
        connection.put("facts", [("a", "1")])


def test_who_stands_still_in_the_midst_of_a_copy_loses_the_turn(address: str) -> None:
    """Who waits longer than a turn may take fails once and writes at the next attempt; the holder wrote nothing."""
    with closing(open_postgres(address, hold_max_seconds=1)) as waiting:
        with standing_still(address, unhurried=False) as work:
            with pytest.raises(StoreFailed) as failed:
                write(waiting)
            assert failed.value.passing
            write(waiting)
        with pytest.raises(StoreFailed):
            work.result()
        assert waiting.execute("SELECT COUNT(*) FROM facts").fetchone() == (1,)
        assert waiting.execute("SELECT COUNT(*) FROM offsets").fetchone() == (0,)


def test_who_is_unhurried_keeps_the_turn(address: str) -> None:
    """Who has said that it needs long is not ended, however long others have waited."""
    with closing(open_postgres(address, hold_max_seconds=1)) as waiting:
        with standing_still(address, unhurried=True) as work:
            for _ in range(2):
                with pytest.raises(StoreFailed):
                    write(waiting)
        work.result()
        assert waiting.execute("SELECT COUNT(*) FROM offsets").fetchone() == (2,)
        write(waiting)
