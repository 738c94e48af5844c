"""The log on a real broker: what was acknowledged is in it, whatever becomes of the broker."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiokafka import AIOKafkaProducer

from api.cluster.brokers import Brokers
from benchmarks.mix import Mix
from services.errors import Rejected
from services.events.decode import decode
from services.events.encode import to_mapping
from services.events.envelope import Event
from streams.kafka import admin
from streams.kafka.failures import LogAway, TopicsMissing
from streams.kafka.frames import RECORD_MAX_BYTES
from streams.kafka.log import KafkaLog
from streams.kafka.topics import partition_of
from streams.ledger.jobs import Overloaded
from streams.projection.submission import Refused
from tests.brokers import running_brokers
from tests.builders import deal
from tests.streams.kafka.reading import NOW_US, ids, whole

PARTITIONS = 2
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def fresh(count: int, seed: int = 7) -> list[Event]:
    """Return so many events of which no two are the same."""
    return list({event.id: event for event in Mix(seed=seed).deliveries(2 * count)}.values())[:count]


@asynccontextmanager
async def opened(
    address: str, prefix: str, *, wait_seconds: float = 5.0, waiting_max: int = 20_000
) -> AsyncIterator[KafkaLog]:
    """Give a log on a broker, with its topics."""
    await admin.create(address, prefix=prefix, partitions=PARTITIONS)
    log = KafkaLog(address, prefix=prefix, wait_seconds=wait_seconds, waiting_max=waiting_max)
    await log.start()
    try:
        yield log
    finally:
        await log.stop()


async def test_what_is_appended_is_there(kafka: str, prefix: str) -> None:
    """Every item comes out once, in the topic of its family and the partition of its root, with its trace."""
    events = [*Mix().organisation(), *fresh(2_000)]
    refused = Refused(source="crm", raw=b"{", reason="json_syntax", detail="no JSON")
    async with opened(kafka, prefix) as log:
        await log.append([*events, refused], trace=TRACE)
        assert log.waiting == 0
    found = await whole(kafka, prefix)
    read = [item for record in found for item in record.items]
    assert Counter(map(repr, read)) == Counter(map(repr, [*events, refused]))
    assert len(found) < 20
    assert all(record.headers["traceparent"] == TRACE.encode() for record in found)
    for record in found:
        for item in record.items:
            if isinstance(item, Event):
                assert record.topic == f"{prefix}.{'deals' if item.root_kind == 'deal' else 'org'}"
                assert record.partition == partition_of(item.subject, PARTITIONS)


async def test_what_comes_together_travels_together(kafka: str, prefix: str) -> None:
    """Hundreds of appends at the same time become a few records; one append alone becomes one that is not wrapped."""
    events = fresh(400)
    async with opened(kafka, prefix) as log:
        await asyncio.gather(*(log.append([event]) for event in events))
        found = await whole(kafka, prefix)
        assert ids(found) == {event.id for event in events}
        assert len(found) <= 8
        alone = fresh(1, seed=8)[0]
        await log.append([alone])
    (last,) = [record for record in await whole(kafka, prefix) if alone in record.items]
    assert last.headers["content-type"] == b"application/cloudevents+json"


async def test_a_large_event_goes_in_and_a_larger_one_is_refused(kafka: str, prefix: str) -> None:
    """An event of more than a frame is written; one that no record holds is refused without harm to its neighbours."""

    def large(size: int) -> Event:
        parts = {f"field{number}": "x" * 60_000 for number in range(size // 60_000)}
        event = decode(msgspec.json.encode(deal("1", "2017-03-01T00:00:00Z", **parts)), now_us=NOW_US)
        assert isinstance(event, Event)
        return event

    async with opened(kafka, prefix) as log:
        await log.append([large(1_900_000)])
        beside = msgspec.structs.replace(fresh(1)[0], subject="deal/1")
        too_large = log.append([large(RECORD_MAX_BYTES + 60_000)])
        refused, taken = await asyncio.gather(too_large, log.append([beside]), return_exceptions=True)
    assert isinstance(refused, Rejected)
    assert refused.code == "event_size"
    assert taken is None
    assert len(await whole(kafka, prefix)) == 2


async def test_records_of_others_are_read(kafka: str, prefix: str) -> None:
    """Binary and structured CloudEvents that somebody else wrote, and nonsense, come out each as what they are."""
    first, second = fresh(2)
    attributes = {key: value for key, value in to_mapping(first).items() if key not in ("data", "datacontenttype")}
    headers = [(f"ce_{key}", str(value).encode()) for key, value in attributes.items()]
    await admin.create(kafka, prefix=prefix, partitions=PARTITIONS)
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        topic = f"{prefix}.deals"
        await producer.send_and_wait(topic, msgspec.json.encode(first.data), headers=headers, key=b"k", partition=0)
        await producer.send_and_wait(topic, msgspec.json.encode(to_mapping(second)), partition=0)
        await producer.send_and_wait(topic, b"\x00nonsense", partition=0)
    finally:
        await producer.stop()
    one, two, three = (item for record in await whole(kafka, prefix) for item in record.items)
    assert [one, two] == [first, second]
    assert isinstance(three, Refused)
    assert three.id == f"{prefix}.deals/0/2"


async def test_too_much_at_once_is_told(kafka: str, prefix: str) -> None:
    """Beyond what may wait, an append is refused at once, and nothing of it is written."""
    first, second = fresh(20)[:10], fresh(20)[10:]
    async with opened(kafka, prefix, waiting_max=15) as log:
        one = asyncio.create_task(log.append(first))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await log.append(second)
        await one
    assert ids(await whole(kafka, prefix)) == {event.id for event in first}


async def test_without_topics_the_command_is_named(kafka: str, prefix: str) -> None:
    """A log without topics says how to make them, and works once they are there."""
    log = KafkaLog(kafka, prefix=prefix)
    await log.start()
    try:
        with pytest.raises(TopicsMissing, match="paceline topics create"):
            await log.append(fresh(1))
        await admin.create(kafka, prefix=prefix, partitions=PARTITIONS)
        await until_taken(log, fresh(1)[0])
    finally:
        await log.stop()
        await log.stop()
    with pytest.raises(LogAway):
        await log.append(fresh(1))


async def until_taken(log: KafkaLog, event: Event) -> None:
    """Append an event again until it is acknowledged, as a sender would."""
    async with asyncio.timeout(60):
        while True:
            try:
                await log.append([event])
            except LogAway:
                await asyncio.sleep(0.05)
            else:
                return


async def test_a_killed_broker_loses_nothing_acknowledged(own_brokers: Brokers, prefix: str) -> None:
    """Killed amid appends: what was acknowledged is in the log, the rest was answered, and it goes on by itself.

    And a log that starts while the broker is away takes events once it is back.
    """
    kept: set[str] = set()
    away: set[str] = set()
    enough = asyncio.Event()

    async def send(log: KafkaLog, sender: int) -> None:
        number = 0
        while not enough.is_set():
            number += 1
            event = msgspec.structs.replace(fresh(1)[0], id=f"{sender}:{number}", subject=f"deal/{number}")
            try:
                await log.append([event])
            except LogAway:
                away.add(event.id)
                await asyncio.sleep(0.05)
            else:
                kept.add(event.id)

    async with opened(own_brokers.address, prefix, wait_seconds=1.0) as log:
        tasks = [asyncio.create_task(send(log, sender)) for sender in range(4)]
        await until(lambda: len(kept) > 100)
        await asyncio.to_thread(own_brokers.kill)
        await until(lambda: len(away) > 4)
        assert not log.answers
        late = KafkaLog(own_brokers.address, prefix=prefix, wait_seconds=1.0)
        await late.start()
        with pytest.raises(LogAway):
            await late.append(fresh(1, seed=99))
        before = len(kept)
        await asyncio.to_thread(own_brokers.start)
        await until(lambda: len(kept) > before + 100)
        enough.set()
        await asyncio.gather(*tasks)
        (last,) = fresh(1, seed=98)
        await until_taken(late, last)
        await late.stop()
    assert kept | {last.id} <= ids(await whole(own_brokers.address, prefix))
    assert not kept & away


@pytest.mark.nightly
async def test_two_of_three_brokers_are_enough(prefix: str) -> None:
    """With three brokers there are three replicas; one killed, appends go on; two killed, none is acknowledged."""
    with running_brokers(3) as brokers:
        async with opened(brokers.address, prefix, wait_seconds=5.0) as log:
            assert {topic.replicas for topic in await admin.topics(brokers.address, prefix=prefix)} == {3}
            first, second, third, last = fresh(4)
            await log.append([first])
            await asyncio.to_thread(brokers.members[0].kill)
            await until_taken(log, second)
            await asyncio.to_thread(brokers.members[1].kill)
            with pytest.raises(LogAway):
                await log.append([third])
            await asyncio.to_thread(brokers.start)
            await until_taken(log, last)
        found = ids(await whole(brokers.address, prefix))
    assert {first.id, second.id, last.id} <= found


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that the other tasks bring about."""
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)
