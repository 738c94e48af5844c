"""What looks after the topics: makes them and lists them."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from streams.kafka.failures import LogAway, PartitionsFewer, TopicRefused
from streams.kafka.frames import RECORD_MAX_BYTES
from streams.kafka.topics import CHANGES, PARTITIONS, PREFIX, families, mirrors

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer
    from aiokafka.admin import AIOKafkaAdminClient

RETENTION_DAYS = 30
WAIT_SECONDS = 10.0
_EXISTS = 36
_DAY_MS = 86_400_000
_ROOM_BYTES = 65_536

Made = Literal["created", "grown", "there"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """A topic as Kafka has it; `made` says what was done to it, if it was asked for."""

    name: str
    partitions: int
    replicas: int
    made: Made = "there"


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Turn whatever a client of Kafka raises into `LogAway`."""
    from aiokafka.errors import KafkaError

    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise LogAway(f"{address}: {type(error).__name__}") from None


@asynccontextmanager
async def connected(address: str) -> AsyncIterator["AIOKafkaAdminClient"]:
    """Give a client that may change topics; raise `LogAway`."""
    from aiokafka.admin import AIOKafkaAdminClient

    client = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=int(WAIT_SECONDS * 1_000))
    try:
        with _told(address):
            await client.start()
            yield client
    finally:
        await client.close()


@asynccontextmanager
async def reader_of(address: str) -> AsyncIterator["AIOKafkaConsumer"]:
    """Give a client that reads what it is told to and is in no group; raise `LogAway`."""
    from aiokafka import AIOKafkaConsumer

    # One byte: Kafka gives a whole batch all the same, but no more than one of each partition.
    reader = AIOKafkaConsumer(
        bootstrap_servers=address,
        enable_auto_commit=False,
        max_partition_fetch_bytes=1,
        request_timeout_ms=int(WAIT_SECONDS * 1_000),
    )
    try:
        with _told(address):
            await reader.start()
            yield reader
    finally:
        await reader.stop()


async def topics(address: str, *, prefix: str = PREFIX) -> list[Topic]:
    """Return the topics of Paceline that Kafka has, in the order of their names."""
    async with connected(address) as admin:
        return await _topics(admin, prefix)


async def _topics(admin: "AIOKafkaAdminClient", prefix: str) -> list[Topic]:
    own = {*families(prefix), *mirrors(prefix)}
    found = [
        Topic(
            name=row["topic"],
            partitions=len(row["partitions"]),
            replicas=min((len(one["replicas"]) for one in row["partitions"]), default=0),
        )
        for row in await admin.describe_topics()
        if row["topic"] in own and not row["error_code"]
    ]
    return sorted(found, key=lambda topic: topic.name)


async def create(
    address: str, *, prefix: str = PREFIX, partitions: int = PARTITIONS, retention_days: int = RETENTION_DAYS
) -> list[Topic]:
    """Make the topics that are missing, give more partitions to those that have fewer, and return all.

    Raise `PartitionsFewer`, before anything is changed, when a topic has more partitions than were asked for.
    """
    async with connected(address) as admin:
        there = {topic.name: topic for topic in await _topics(admin, prefix)}
        for topic in there.values():
            if topic.partitions > partitions:
                raise PartitionsFewer(topic.name, topic.partitions, partitions)
        replicas = min(3, len((await admin.describe_cluster())["brokers"]))
        names = [*families(prefix), *mirrors(prefix)]
        missing = [name for name in names if name not in there]
        short = [topic.name for topic in there.values() if topic.partitions < partitions]
        await _make(admin, missing, partitions, replicas, retention_days)
        await _grow(admin, short, partitions)
        done = await _settled(admin, prefix, len(names), partitions)
    if missing or short:
        await _led(address, done)
    made: dict[str, Made] = {**dict.fromkeys(missing, "created"), **dict.fromkeys(short, "grown")}
    return [
        Topic(name=one.name, partitions=one.partitions, replicas=one.replicas, made=made.get(one.name, "there"))
        for one in done
    ]


async def _make(
    admin: "AIOKafkaAdminClient", names: Sequence[str], partitions: int, replicas: int, retention_days: int
) -> None:
    from aiokafka.admin import NewTopic

    wanted = [
        NewTopic(
            name=name,
            num_partitions=partitions,
            replication_factor=replicas,
            topic_configs=_settings(name, replicas, retention_days),
        )
        for name in names
    ]
    answer = await admin.create_topics(wanted) if wanted else None
    for row in answer.topic_errors if answer else ():
        # Somebody else made it at the same moment.
        if row[1] not in (0, _EXISTS):
            raise TopicRefused(row[0], _reason(row))


def _settings(name: str, replicas: int, retention_days: int) -> dict[str, str]:
    found = {"max.message.bytes": str(RECORD_MAX_BYTES + _ROOM_BYTES)}
    if replicas >= 3:
        found["min.insync.replicas"] = "2"
    if name.endswith(f".{CHANGES}"):
        return found | {"cleanup.policy": "compact"}
    return found | {"retention.ms": str(retention_days * _DAY_MS)}


async def _grow(admin: "AIOKafkaAdminClient", names: Sequence[str], partitions: int) -> None:
    from aiokafka.admin import NewPartitions

    if not names:
        return
    answer = await admin.create_partitions({name: NewPartitions(partitions) for name in names})
    for row in answer.topic_errors:
        if row[1]:
            raise TopicRefused(row[0], _reason(row))


def _reason(row: Sequence[object]) -> str:
    return str(row[2]) if len(row) > 2 and row[2] else f"error {row[1]}"


async def _settled(admin: "AIOKafkaAdminClient", prefix: str, count: int, partitions: int) -> list[Topic]:
    """Return the topics once the broker that was asked knows all of them."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            found = await _topics(admin, prefix)
            if len(found) == count and all(topic.partitions >= partitions for topic in found):
                return found
            await asyncio.sleep(0.05)


async def _led(address: str, known: Sequence[Topic]) -> None:
    """Return once every partition has a leader that serves it; until then what is written would be tried in vain."""
    from aiokafka import TopicPartition

    async with reader_of(address) as reader, asyncio.timeout(WAIT_SECONDS):
        await reader.end_offsets(
            [TopicPartition(topic.name, number) for topic in known for number in range(topic.partitions)]
        )
