"""A database that goes away: nothing is half-written, whoever asks is told that it passes, and the next use works."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from api.cluster.database import Database
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.store.connection import StoreFailed
from streams.store.postgres import PostgresConnection, make_store, open_postgres
from tests.builders import accepted, order
from tests.homes import databases
from tests.stores import NOW, us

PUT = [("a", "1")]


@pytest.fixture
def address() -> Iterator[str]:
    """Give the address of an empty store."""
    with databases().one() as found:
        yield found


@pytest.fixture
def connection(address: str) -> Iterator[PostgresConnection]:
    """Give a connection to it."""
    with closing(open_postgres(address, name="victim")) as found:
        yield found


def facts(connection: PostgresConnection) -> list[tuple[str, str]]:
    """Return all facts."""
    return connection.execute("SELECT name, value FROM facts ORDER BY name").fetchall()


def cut(address: str) -> None:
    """Break off every connection of the victim."""
    with psycopg.connect(address, autocommit=True) as killer:
        killer.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'")


def test_a_lost_connection_passes(connection: PostgresConnection, address: str) -> None:
    """The statement that finds the connection gone says that it passes; the one after it works."""
    cut(address)
    with pytest.raises(StoreFailed) as failed:
        facts(connection)
    assert failed.value.passing
    assert facts(connection) == []


def test_a_turn_that_is_cut_writes_nothing(connection: PostgresConnection, address: str) -> None:
    """What was written before and what would be written after the cut is not there, not even when the body goes on."""

    def interrupted() -> None:
        with connection.turn():
            connection.put("facts", PUT)
            cut(address)
            for name in ("b", "c"):
                with pytest.raises(StoreFailed) as failed:
                    connection.put("facts", [(name, "2")])
                assert failed.value.passing

    with pytest.raises(StoreFailed) as failed:
        interrupted()
    assert failed.value.passing
    assert facts(connection) == []
    with connection.turn():
        connection.put("facts", PUT)
    assert facts(connection) == PUT


def test_a_stream_that_is_cut_says_so(connection: PostgresConnection, address: str) -> None:
    """Rows that cannot be fetched any more are not taken for the end."""

    def read() -> None:
        with connection.snapshot():
            for number, _ in enumerate(connection.stream("SELECT generate_series(1, 10000)")):
                if number == 10:
                    cut(address)

    with pytest.raises(StoreFailed) as failed:
        read()
    assert failed.value.passing
    assert facts(connection) == []


def test_a_copy_that_is_cut_says_so(connection: PostgresConnection, address: str) -> None:
    """Rows that stream in when the connection goes are gone with it."""

    def rows() -> Iterator[tuple[str, int, int]]:
        for part in range(20_000):
            if part == 10_000:
                cut(address)
            yield "t", part, 0

    with pytest.raises(StoreFailed) as failed, connection.turn():
        connection.load("offsets", rows())
    assert failed.value.passing
    assert connection.execute("SELECT COUNT(*) FROM offsets").fetchone() == (0,)


def test_a_ledger_goes_on_after_the_database_was_killed(own_database: Database) -> None:
    """A batch that met a dead server is applied once when it is sent again."""
    make_store(own_database.address())
    with closing(Ledger(open_postgres(own_database.address()), now_us=us(NOW))) as ledger:
        jobs = [[Job(items=[accepted(wire) for wire in order(name, "2017-03-01")])] for name in "12"]
        ledger.apply(jobs[0], us(NOW))
        own_database.kill()
        with pytest.raises(StoreFailed) as failed:
            ledger.apply(jobs[1], us(NOW))
        assert failed.value.passing
        own_database.start()
        (first,) = ledger.apply(jobs[1], us(NOW))
        (again,) = ledger.apply(jobs[1], us(NOW))
    assert [outcome.kind for outcome in first] == ["applied"] * 2
    assert [(outcome.kind, outcome.position) for outcome in again] == [("duplicate", 3), ("duplicate", 4)]
