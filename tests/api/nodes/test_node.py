"""An API node of the scaled-out home, on a real Kafka and a real Postgres."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from api.cluster.brokers import Brokers
from api.cluster.database import Database
from services.events.envelope import Event
from streams.kafka import admin
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.projector import known_among
from streams.store.archive import digest_of
from streams.store.postgres import make_store, open_postgres
from tests.api.houses import Parts, problem_of, send, send_batch
from tests.api.nodes.nodes import parts, running
from tests.builders import deal, event, joined, order
from tests.stores import NOW, us
from tests.streams.kafka.reading import whole

__all__ = ["parts"]
NEW = deal("one", "2017-03-01", owner="ann", amount="10.00", currency="USD")
OTHER = NEW | {"data": {"owner": "bob"}}
BAD = event("deal.created", "deal/two", "2017-03-01", currency="nothing")


@asynccontextmanager
async def both(folder: Path, parts: Parts) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """Give clients of two nodes beside the same parts."""
    async with AsyncExitStack() as stack:
        sites = [await stack.enter_async_context(running(folder / name, parts)) for name in ("a", "b")]
        here, there = [await stack.enter_async_context(site.client()) for site in sites]
        yield here, there


async def worked(parts: Parts) -> None:
    """Apply the events that the log holds and the store has not, as a worker would."""
    records = await whole(parts.kafka, parts.topics)
    events = [item for record in records for item in record.items if isinstance(item, Event)]
    connection = open_postgres(parts.store)
    known = known_among(connection, [digest_of(one.source, one.id) for one in events])
    new = [one for one in events if digest_of(one.source, one.id) not in known]
    Ledger(connection, now_us=us(NOW)).apply([Job(items=new)], us(NOW))
    connection.close()


async def test_new_known_and_conflicting(tmp_path: Path, parts: Parts) -> None:
    """A new event is 202 once Kafka has it; in the store it is known, and its id with other content a conflict."""
    async with running(tmp_path, parts) as site, site.client() as client:
        first = await send(client, NEW)
        assert (first.status_code, first.json()) == (202, {"index": 0, "id": NEW["id"], "status": 202})
        assert [len(record.items) for record in await whole(parts.kafka, parts.topics)] == [1]
        await worked(parts)
        again, other = await send(client, NEW), await send(client, OTHER)
        assert (again.status_code, again.json()["duplicate"], again.json()["position"]) == (200, True, 1)
        problem_of(other, 409, "id_conflict")
        # The known one did not travel, the conflict did.
        assert sum(len(record.items) for record in await whole(parts.kafka, parts.topics)) == 2
        counts = (await client.get("/api/accounting")).json()
    assert (counts["received"], counts["applied"], counts["duplicate"]) == (2, 1, 1)


async def test_a_batch_says_what_became_of_each(tmp_path: Path, parts: Parts) -> None:
    """Good items travel, a refused one is answered and counted; an atomic batch with one travels not at all."""
    async with running(tmp_path, parts) as site, site.client() as client:
        mixed = await send_batch(client, [NEW, BAD])
        assert mixed.status_code == 207
        assert [item["status"] for item in mixed.json()["items"]] == [202, 422]
        held = await send_batch(client, [OTHER, BAD], "?atomic=true")
        assert (held.status_code, held.json()["accepted"]) == (422, 0)
        assert sum(len(record.items) for record in await whole(parts.kafka, parts.topics)) == 1
        counts = (await client.get("/api/accounting")).json()
    assert (counts["received"], counts["rejected"], counts["gap"]) == (3, 3, 0)


async def test_the_same_key_is_answered_the_same(tmp_path: Path, parts: Parts) -> None:
    """An Idempotency-Key gives the first answer again, from any node, and its events travel once."""
    async with both(tmp_path, parts) as (here, there):
        answers = [await send(client, NEW, Idempotency_Key="k1") for client in (here, there, here)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert sum(len(record.items) for record in await whole(parts.kafka, parts.topics)) == 1


async def test_every_node_shows_the_same_board(tmp_path: Path, parts: Parts) -> None:
    """What came in through one node is on the board of another once a worker has applied it."""
    async with both(tmp_path, parts) as (here, there):
        await send_batch(here, [joined("ann"), *order("1", "2017-03-05", amount="7.50")])
        await worked(parts)
        boards = [await client.get("/api/boards/won_amount?period=2017-03") for client in (here, there)]
    assert boards[0].json() == boards[1].json()
    assert boards[1].json()["rows"][0]["value"] == {"amount": "7.50", "currency": "USD"}


async def test_kafka_away_is_said_and_boards_are_read(
    tmp_path: Path, own_brokers: Brokers, prefix: str, own_database: Database
) -> None:
    """While Kafka is away events are answered 503 with Retry-After and not kept; boards are read all the same."""
    make_store(own_database.address())
    await admin.create(own_brokers.address, prefix=prefix, partitions=1)
    parts = Parts(store=own_database.address(), kafka=own_brokers.address, topics=prefix)
    async with running(tmp_path, parts) as site, site.client() as client:
        assert (await send(client, NEW)).status_code == 202
        assert (await client.get("/readyz")).status_code == 200
        own_brokers.kill()
        refused = await send(client, deal("two", "2017-03-01"))
        problem_of(refused, 503, "log_away")
        assert refused.headers["retry-after"]
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/api/boards/calls?period=2017-03")).status_code == 200
        own_brokers.start()
        while (await send(client, deal("two", "2017-03-01"))).status_code != 202:
            await asyncio.sleep(0.2)


async def test_a_store_away_holds_no_event_back(tmp_path: Path, parts: Parts, own_database: Database) -> None:
    """While Postgres is away events go to Kafka, boards answer 503, and what the door counted is written later."""
    make_store(own_database.address())
    beside = Parts(store=own_database.address(), kafka=parts.kafka, topics=parts.topics)
    async with running(tmp_path, beside) as site, site.client() as client:
        assert (await client.get("/api/accounting")).json()["gap"] == 0
        own_database.kill()
        assert (await send(client, NEW)).status_code == 202
        assert (await send(client, BAD)).status_code == 422
        problem_of(await client.get("/api/boards/calls?period=2017-03"), 503, "store_failed")
        problem_of(await send(client, OTHER, Idempotency_Key="k1"), 503, "store_failed")
        problem_of(await client.get("/readyz"), 503, "not_ready")
        own_database.start()
        assert (await client.get("/readyz")).status_code == 200
        counts = (await client.get("/api/accounting")).json()
    assert (counts["received"], counts["rejected"]) == (1, 1)
    assert sum(len(record.items) for record in await whole(parts.kafka, parts.topics)) == 1
