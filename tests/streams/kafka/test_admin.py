"""Topics are made once, and never with less than they have; lag is what it is."""

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.mix import Mix
from streams.kafka import admin
from streams.kafka.failures import LogAway, PartitionsFewer
from streams.kafka.lag import lag, lag_from
from streams.kafka.log import KafkaLog


async def test_topics_are_made_once(kafka: str, prefix: str) -> None:
    """A second time nothing happens; more partitions are added, and fewer are refused."""
    first = await admin.create(kafka, prefix=prefix, partitions=1)
    assert {topic.made for topic in first} == {"created"}
    assert len(first) == 9
    again = await admin.create(kafka, prefix=prefix, partitions=1)
    assert {topic.made for topic in again} == {"there"}
    more = await admin.create(kafka, prefix=prefix, partitions=2)
    assert {(topic.made, topic.partitions, topic.replicas) for topic in more} == {("grown", 2, 1)}
    with pytest.raises(PartitionsFewer, match="has 2 partitions"):
        await admin.create(kafka, prefix=prefix, partitions=1)
    assert [topic.name for topic in await admin.topics(kafka, prefix=prefix)] == [topic.name for topic in more]


async def test_nobody_there_is_told(prefix: str) -> None:
    """Without a broker, the answer says so."""
    with pytest.raises(LogAway):
        await admin.topics("127.0.0.1:9", prefix=prefix)


async def test_without_topics_there_is_no_lag(kafka: str, prefix: str) -> None:
    """Where Kafka has no topic of these yet, nobody is behind in any."""
    assert await lag_from(kafka, {}, now_us=0, prefix=prefix) == []


async def test_lag_counts_what_is_not_read(kafka: str, prefix: str) -> None:
    """Lag is the number of unread records with the age of the oldest; what was read or never written has none."""
    await admin.create(kafka, prefix=prefix, partitions=1)
    log = KafkaLog(kafka, prefix=prefix)
    await log.start()
    for event in list(Mix().deliveries(3)):
        await log.append([event])
    await log.stop()
    place = TopicPartition(f"{prefix}.deals", 0)
    group = f"{prefix}-readers"
    reader = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await reader.start()
    try:
        reader.assign([place])
        await reader.seek_to_beginning()
        first = await reader.getone()
        await reader.commit({place: 1})
        second = await reader.getone()
    finally:
        await reader.stop()
    now_us = second.timestamp * 1_000 + 5_000_000
    rows = {(row.topic, row.partition): row for row in await lag(kafka, group, now_us=now_us, prefix=prefix)}
    found = rows.pop((place.topic, 0))
    assert (found.next_offset, found.records, found.oldest_seconds) == (1, 2, 5.0)
    assert {row.records for row in rows.values()} == {0}
    assert len(rows) == 6
    (fresh,) = [row for row in await lag_from(kafka, {}, now_us=now_us, prefix=prefix) if row.records]
    assert (fresh.next_offset, fresh.records) == (0, 3)
    assert fresh.oldest_seconds == pytest.approx((now_us - first.timestamp * 1_000) / 1e6)
