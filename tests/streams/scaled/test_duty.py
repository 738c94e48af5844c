"""A duty is one process's at a time, and passes on when that one dies."""

from collections.abc import Iterator

import psycopg
import pytest

from api.cluster.database import Database
from streams.scaled.duty import NAME, Duty


@pytest.fixture
def two(database: str) -> Iterator[tuple[Duty, Duty]]:
    """Give the same duty as two processes see it."""
    one, other = Duty(database), Duty(database)
    yield one, other
    one.close()
    other.close()


def end_sessions(database: str) -> None:
    """End the sessions of all who have a duty or want one, as a death of their processes would."""
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
    with psycopg.connect(database) as connection:
        connection.execute(ended, [NAME])


def test_one_has_it(two: tuple[Duty, Duty]) -> None:
    """Whoever asks first has it, however often either asks; after it is given up the other takes it over."""
    one, other = two
    assert [one.held(), other.held(), one.held(), other.held()] == [True, False, True, False]
    one.close()
    assert other.held() and not one.held()


def test_other_duties_are_apart(database: str, two: tuple[Duty, Duty]) -> None:
    """Who has one duty has no other."""
    third = Duty(database, 7)
    assert two[0].held() and third.held()
    third.close()


def test_it_passes_on_when_a_session_ends(database: str, two: tuple[Duty, Duty]) -> None:
    """A process whose connection was lost does not believe that it still has it, though it connects again."""
    one, other = two
    assert one.held()
    end_sessions(database)
    # The first statement on a connection that was ended fails; then it is another session.
    assert other.held() and not one.held() and not one.held()


def test_nobody_has_it_while_the_store_is_away(own_database: Database) -> None:
    """It is nobody's while nobody can be asked, and somebody's again afterwards."""
    one = Duty(own_database.address())
    assert one.held()
    own_database.kill()
    assert not one.held() and not one.held()
    own_database.start()
    assert one.held()
    one.close()


def test_the_server_watches_who_has_it(database: str) -> None:
    """The session of a duty is looked after by the server, which ends it when its machine is gone."""
    one = Duty(database)
    assert one.held()
    (idle,) = one._connection.execute("SELECT current_setting('tcp_keepalives_idle')").fetchone()
    assert int(idle) == 10
    one.close()
