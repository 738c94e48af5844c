"""How far behind the readers of the log are."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.kafka.admin import WAIT_SECONDS, connected, reader_of, topics
from streams.kafka.topics import PREFIX, families
from streams.store.offsets import Place

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer, TopicPartition


@dataclass(frozen=True, kw_only=True, slots=True)
class Lag:
    """How far a reader is behind in one partition: records not read, and the age of the oldest of them."""

    topic: str
    partition: int
    next_offset: int
    records: int
    oldest_seconds: float


async def lag(address: str, group: str, *, now_us: int, prefix: str = PREFIX) -> list[Lag]:
    """Return how far a consumer group is behind in every partition of the families, by what it told Kafka."""
    async with connected(address) as admin:
        kept = await admin.list_consumer_group_offsets(group)
    read = {(place.topic, place.partition): known.offset for place, known in kept.items() if known.offset >= 0}
    return await lag_from(address, read, now_us=now_us, prefix=prefix)


async def lag_from(address: str, read: Mapping[Place, int], *, now_us: int, prefix: str = PREFIX) -> list[Lag]:
    """Return how far a reader is behind that will read these offsets next; partitions not named, from their start."""
    from aiokafka import TopicPartition

    own = families(prefix)
    known = [topic for topic in await topics(address, prefix=prefix) if topic.name in own]
    places = [TopicPartition(topic.name, number) for topic in known for number in range(topic.partitions)]
    if not places:
        return []
    async with reader_of(address) as reader:
        async with asyncio.timeout(WAIT_SECONDS):
            starts, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
        # What retention has taken away cannot be read any more.
        following = {place: max(read.get(tuple(place), 0), starts[place]) for place in places}
        behind = {place: offset for place, offset in following.items() if offset < ends[place]}
        written_ms = await _written_ms(reader, behind)
    return [
        Lag(
            topic=place.topic,
            partition=place.partition,
            next_offset=following[place],
            records=max(ends[place] - following[place], 0),
            oldest_seconds=max(now_us / 1e6 - written_ms[place] / 1e3, 0.0) if place in written_ms else 0.0,
        )
        for place in places
    ]


async def _written_ms(
    reader: "AIOKafkaConsumer", offsets: Mapping["TopicPartition", int]
) -> dict["TopicPartition", int]:
    """Return when the record at each offset was written, as far as it can be learned in time."""
    found: dict[TopicPartition, int] = {}
    if not offsets:
        return found
    reader.assign(list(offsets))
    for place, offset in offsets.items():
        reader.seek(place, offset)
    until = asyncio.get_running_loop().time() + WAIT_SECONDS
    while len(found) < len(offsets) and asyncio.get_running_loop().time() < until:
        for place, records in (await reader.getmany(timeout_ms=500)).items():
            found.setdefault(place, records[0].timestamp)
            reader.pause(place)
    return found
