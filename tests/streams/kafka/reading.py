"""Reads a whole log back, as a worker would."""

from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.kafka.admin import topics
from streams.kafka.frames import unpack
from streams.kafka.topics import families
from streams.projection.submission import Submission
from tests.stores import us

NOW_US = us("2027-06-01T00:00:00Z")


@dataclass(frozen=True)
class Read:
    """One record of the log and the items in it."""

    topic: str
    partition: int
    items: list[Submission]
    headers: dict[str, bytes]


async def whole(address: str, prefix: str) -> list[Read]:
    """Return every record that is in the log now."""
    own = families(prefix)
    known = [topic for topic in await topics(address, prefix=prefix) if topic.name in own]
    places = [TopicPartition(topic.name, number) for topic in known for number in range(topic.partitions)]
    consumer = AIOKafkaConsumer(bootstrap_servers=address, enable_auto_commit=False)
    await consumer.start()
    try:
        ends = {place: end for place, end in (await consumer.end_offsets(places)).items() if end}
        consumer.assign(list(ends))
        await consumer.seek_to_beginning()
        found = []
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for place, records in (await consumer.getmany(timeout_ms=200)).items():
                for one in records:
                    where = f"{place.topic}/{place.partition}/{one.offset}"
                    items = unpack(one.value, one.headers, place=where, now_us=NOW_US)
                    found.append(Read(place.topic, place.partition, items, dict(one.headers)))
        return found
    finally:
        await consumer.stop()


def ids(records: list[Read]) -> set[str]:
    """Return the ids of all events in some records."""
    return {item.id for record in records for item in record.items}
