"""The reader: looks into the log beside the consumer group, for what was not delivered and for what is unread."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, TypeVar

from streams.kafka.failures import LogAway
from streams.store.offsets import Place
from streams.workers.offsets import Hole
from streams.workers.pieces import Piece, Raw

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer

RECORDS_MAX = 200
WAIT_SECONDS = 10.0

Answered = TypeVar("Answered")
log = logging.getLogger(__name__)


class Reader:
    """Reads any part of the log by its offsets; connects when it is first needed, and anew after a failure."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._consumer: AIOKafkaConsumer | None = None
        self._asking = asyncio.Lock()

    async def ends(self, places: Collection[Place]) -> dict[Place, int]:
        """Return the offset that the next record of each partition will get; raise `LogAway`."""
        return await self._asked(lambda consumer: _ends(consumer, places))

    async def fill(self, hole: Hole) -> Piece:
        """Return the beginning of what is in a hole, at least one offset of it; raise `LogAway`.

        Records that the log has deleted meanwhile cannot be read by anybody any more, which is said.
        """
        return await self._asked(lambda consumer: _fill(consumer, hole))

    async def close(self) -> None:
        """Let go of the log."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await consumer.stop()

    async def _asked(self, ask: Callable[["AIOKafkaConsumer"], Awaitable[Answered]]) -> Answered:
        from aiokafka.errors import KafkaError

        async with self._asking:
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    return await ask(await self._connected())
            except (KafkaError, OSError, TimeoutError) as error:
                await self.close()
                raise LogAway(str(error) or type(error).__name__) from error

    async def _connected(self) -> "AIOKafkaConsumer":
        from aiokafka import AIOKafkaConsumer

        if self._consumer is None:
            self._consumer = AIOKafkaConsumer(bootstrap_servers=self._address, enable_auto_commit=False)
            await self._consumer.start()
        return self._consumer


async def _ends(consumer: "AIOKafkaConsumer", places: Collection[Place]) -> dict[Place, int]:
    from aiokafka import TopicPartition

    found = await consumer.end_offsets([TopicPartition(*place) for place in places])
    return {(one.topic, one.partition): end for one, end in found.items()}


async def _fill(consumer: "AIOKafkaConsumer", hole: Hole) -> Piece:
    from aiokafka import TopicPartition

    where = TopicPartition(*hole.place)
    earliest = (await consumer.beginning_offsets([where]))[where]
    if earliest > hole.begin:
        lost = min(earliest, hole.end)
        log.error("The log has deleted %s/%d from %d to %d before it was read.", *hole.place, hole.begin, lost - 1)
        return Piece(place=hole.place, begin=hole.begin, end=lost, records=())
    consumer.assign([where])
    consumer.seek(where, hole.begin)
    records: list[Raw] = []
    at = hole.begin
    while at < hole.end and len(records) < RECORDS_MAX:
        found = await consumer.getmany(where, timeout_ms=200, max_records=RECORDS_MAX - len(records))
        for one in found.get(where, ()):
            if one.offset < hole.end:
                records.append(Raw(hole.place, one.offset, one.value, tuple(one.headers)))
        # Behind records there may be marks of transactions, which nobody is given.
        at = await consumer.position(where)
    return Piece(place=hole.place, begin=hole.begin, end=min(at, hole.end), records=records)
