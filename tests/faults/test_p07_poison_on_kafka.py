"""P7 on Kafka: what cannot be applied neither stops nor skips the stream; it is a dead letter with its reason."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from streams.history.verify import verify
from streams.kafka.lag import lag
from streams.ledger.accounting import accounting
from streams.store.postgres import make_store, open_postgres
from tests.databases import temporary_database
from tests.faults.fleet import Ground, fleet, sending, settled
from tests.faults.recount import recount, viewed
from tests.faults.seeded import harmless, poisoned
from tests.faults.traffic import Facts
from tests.stores import Wire, us

UNREADABLE = (None, b"", b"{", b"\xff", b"[]", b'{"specversion": "1.0"}')


@pytest.fixture
def ground(kafka: str, prefix: str, tmp_path: Path) -> Iterator[Ground]:
    """Give a log and a store that nobody has used."""
    with temporary_database("store", make_store) as store:
        yield Ground(kafka=kafka, store=store, prefix=prefix, folder=tmp_path)


def mixed(events: int, poison: int, fragile: int) -> tuple[list[Wire], list[Wire]]:
    """Return facts with poison of two kinds spread among them, and those of them that are good."""
    good = [*harmless(poison), *Facts(seed=7, deals=events // 10).take(events - 2 * poison - fragile)]
    bad = [*poisoned(poison), *({**fact, "id": f"fragile-{no}"} for no, fact in enumerate(good[-fragile:]))]
    sent = list(good)
    for number, wire in enumerate(bad):
        sent.insert(poison + number * (len(good) // len(bad)), wire)
    return sent, good


async def put_unreadable(ground: Ground) -> None:
    """Write records that nobody can read."""
    producer = AIOKafkaProducer(bootstrap_servers=ground.kafka)
    await producer.start()
    for value in UNREADABLE:
        await producer.send_and_wait(f"{ground.prefix}.deals", value, partition=0, key=b"none")
    await producer.stop()


async def poison_is_put_aside(ground: Ground, events: int, poison: int, fragile: int) -> None:
    """Send poison, records that nobody can read, and good events: all of these are applied and nothing else."""
    sent, good = mixed(events, poison, fragile)
    with fleet(ground) as workers:
        async with sending(ground) as sender:
            workers.start("fragile")
            await sender.flow(sent[: events // 2])
            await put_unreadable(ground)
            sender.sent += len(UNREADABLE)
            await sender.flow(sent[events // 2 :])
            await settled(ground)
            await workers.leave()
    with closing(open_postgres(ground.store)) as connection:
        found = accounting(connection)
        assert (found.gap, found.applied, found.duplicate) == (0, len(good), sender.again)
        letters = connection.execute("SELECT event_id, class, reason FROM dead_letters").fetchall()
        assert {row[0] for row in letters if row[1] == "failed"} == {wire["id"] for wire in sent if wire not in good}
        kinds = Counter((kind, reason) for _, kind, reason in letters)
        assert kinds["failed", "rule_failed"] == poison + fragile
        assert kinds.total() == poison + fragile + len(UNREADABLE)
        assert viewed(connection) == recount(good)
        with connection.snapshot():
            assert verify(connection).differing == []
    assert not any(
        one.records
        for one in await lag(ground.kafka, ground.prefix, now_us=us("2040-01-01T00:00:00Z"), prefix=ground.prefix)
    )


async def test_poison_stops_nothing(ground: Ground) -> None:
    """50 events on which a rule fails, 5 that no store takes and 6 unreadable records among 5,000 events."""
    await poison_is_put_aside(ground, 5_000, 50, 5)


@pytest.mark.nightly
async def test_much_poison_stops_nothing(ground: Ground) -> None:
    """1,000 events on which a rule fails and 50 that no store takes among 100,000."""
    await poison_is_put_aside(ground, 100_000, 1_000, 50)
