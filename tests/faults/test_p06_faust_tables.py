"""Control for P6: a Faust table, as its documentation has it, loses some where ours loses none.

Before it commits, Faust waits for its changelog only as long as that makes progress. When the broker is slow it commits
what is not written yet, and a kill takes that along.
"""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from tests.faults.fleet import ROOT, Ground
from tests.faults.proxy import Proxy
from tests.faults.test_p12_workers import behind_proxies, store

__all__ = ["store"]

RECORDS, ROUNDS_MAX = 2_000, 20


class Table:
    """A process that keeps what it has seen of a topic, and what the log says of it."""

    def __init__(self, ground: Ground, topic: str) -> None:
        self.ground, self.topic = ground, topic
        self.changelog = TopicPartition(f"{topic}-table-seen-changelog", 0)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """See."""
        command = [sys.executable, "-m", "tests.faults.tables", self.ground.worker_kafka, self.topic]
        self._process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """See no more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def committed(self) -> int:
        """Return how many records the group has told to have seen."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.ground.kafka)
        await admin.start()
        try:
            found = await admin.list_consumer_group_offsets(f"{self.topic}-table")
            return max((row.offset for place, row in found.items() if place.topic == self.topic), default=0)
        except KafkaError:
            # Nobody has asked for a group yet.
            return 0
        finally:
            await admin.close()

    async def kept(self) -> int:
        """Return how many records the changelog knows."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.ground.kafka, enable_auto_commit=False)
        await consumer.start()
        try:
            if self.changelog.topic not in await consumer.topics():
                return 0
            end = (await consumer.end_offsets([self.changelog]))[self.changelog]
            consumer.assign([self.changelog])
            await consumer.seek_to_beginning()
            keys: set[bytes] = set()
            while await consumer.position(self.changelog) < end:
                for record in (await consumer.getmany(self.changelog, timeout_ms=200)).get(self.changelog, ()):
                    keys.add(record.key)
            return len(keys)
        finally:
            await consumer.stop()


async def become(so: Callable[[], Awaitable[bool]]) -> None:
    """Return once something is so."""
    async with asyncio.timeout(120):
        while not await so():
            await asyncio.sleep(0.1)


async def written(ground: Ground, topic: str) -> None:
    """Make a topic with records."""
    admin = AIOKafkaAdminClient(bootstrap_servers=ground.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=ground.kafka)
    await producer.start()
    sent = [await producer.send(topic, b"x" * 100, key=b"%d" % no) for no in range(RECORDS)]
    await asyncio.gather(*sent)
    await producer.stop()


async def killed_while_slow(ground: Ground, kafka: Proxy, topic: str) -> int:
    """Return how many records are in a table that was killed once, while the broker was slow."""
    await written(ground, topic)
    table = Table(ground, topic)
    try:
        kafka.begin("late")
        table.start()

        async def some_committed() -> bool:
            return await table.committed() > 0

        await become(some_committed)
        table.kill()
        kafka.end()
        table.start()
        seen = [-1]

        async def finished() -> bool:
            await asyncio.sleep(2)
            seen.append(await table.kept())
            return await table.committed() == RECORDS and seen[-1] == seen[-2]

        await become(finished)
        return seen[-1]
    finally:
        table.kill()
        kafka.end()


@pytest.mark.nightly
async def test_a_faust_table_loses_some(prefix: str, tmp_path: Path, store: str) -> None:
    """In at most twenty rounds a table that is killed under back-pressure knows fewer records than there were."""
    async with behind_proxies(tmp_path, prefix, store) as (ground, kafka, _):
        counts: list[int] = []
        while not any(count < RECORDS for count in counts):
            assert len(counts) < ROUNDS_MAX, counts
            counts.append(await killed_while_slow(ground, kafka, f"{prefix}-{len(counts)}"))
