"""The clerk of an API node on a real Postgres."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest

from api.cluster.database import Database
from services.events.decode import read
from services.events.envelope import Event
from streams.ledger.accounting import accounting
from streams.ledger.deadletters import discard, listed, replay_letter
from streams.ledger.jobs import Answer, Job
from streams.ledger.ledger import Ledger
from streams.scaled.clerk import Clerk
from streams.store.connection import StoreFailed
from streams.store.postgres import make_store, open_postgres
from tests.builders import deal, event
from tests.databases import temporary_database
from tests.stores import NOW, Wire, us

ANSWER = Answer(key=b"key", request=b"request", status=202, body=b"{}")


@pytest.fixture
def address() -> Iterator[str]:
    """A store of this test's own."""
    with temporary_database("store", make_store) as found:
        yield found


@pytest.fixture
async def clerk(address: str) -> AsyncIterator[Clerk]:
    """A clerk of that store."""
    found = Clerk(address, clock=lambda: us(NOW))
    yield found
    await found.close()


def _read(wire: Wire) -> Event:
    found = read(wire, now_us=us(NOW))
    assert isinstance(found, Event)
    return found


def _applied(address: str, *items: Event) -> None:
    connection = open_postgres(address)
    Ledger(connection, now_us=us(NOW)).apply([Job(items=items)], us(NOW))
    connection.close()


async def test_what_is_in_the_store_is_known_at_the_door(address: str, clerk: Clerk) -> None:
    """A known event is a duplicate, its id with other content a conflict, and a new one is neither."""
    first = _read(deal("1", "2017-01-01T00:00:00Z"))
    _applied(address, first)
    other = _read({**deal("1", "2017-01-01T00:00:00Z"), "id": first.id, "time": "2017-01-02T00:00:00Z"})
    new = _read(deal("2", "2017-01-01T00:00:00Z"))
    found = await clerk.known([new, first, other])
    assert {place: outcome.kind for place, outcome in found.items()} == {1: "duplicate", 2: "conflict"}
    assert found[1].position == 1


async def test_counts_and_answers_are_kept(address: str, clerk: Clerk) -> None:
    """What the door counts is in the accounting, and an answer is found by its key."""
    await clerk.note(Counter({("received", "crm"): 2, ("rejected", "crm"): 2}), ANSWER)
    connection = open_postgres(address)
    assert (accounting(connection).received, accounting(connection).gap) == (2, 0)
    assert connection.execute("SELECT status, body FROM answers WHERE key = ?", (b"key",)).fetchone() == (202, b"{}")
    connection.close()


async def test_counts_wait_for_a_store_that_is_away(own_database: Database) -> None:
    """Counts of the door are written once the store is back, once; an answer that cannot be kept says so."""
    make_store(own_database.address())
    clerk = Clerk(own_database.address(), clock=lambda: us(NOW))
    await clerk.reachable()
    own_database.kill()
    await clerk.note(Counter({("received", "crm"): 1, ("rejected", "crm"): 1}))
    with pytest.raises(StoreFailed):
        await clerk.note(Counter(), ANSWER)
    assert await clerk.known([_read(deal("1", "2017-01-01T00:00:00Z"))]) == {}
    own_database.start()
    await clerk.note(Counter({("repeated", "crm"): 1}))
    await clerk.close()
    connection = open_postgres(own_database.address())
    found = accounting(connection)
    assert (found.received, found.rejected, found.repeated) == (1, 1, 1)
    connection.close()


async def test_dead_letters_are_cared_for(address: str, clerk: Clerk) -> None:
    """A dead letter is replayed or given up through the clerk, behind whatever workers have written."""
    waiting = read(event("deal.teleported", "deal/1", "2017-01-01T00:00:00Z"), now_us=us(NOW))
    connection = open_postgres(address)
    Ledger(connection, now_us=us(NOW)).apply([Job(items=[waiting])], us(NOW))
    outcome = await clerk.care(lambda ledger, now_us: replay_letter(ledger, 1, now_us))
    assert (outcome.kind, outcome.reason) == ("dead_letter", "type_unknown")
    await clerk.care(lambda ledger, _: discard(ledger, 1))
    assert listed(connection) == []
    assert accounting(connection).gap == 0
    connection.close()
