"""The log on Kafka as it is written: packed by partition, acknowledged by all replicas."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from services.errors import Rejected
from streams.kafka.failures import LogAway, TopicsMissing
from streams.kafka.frames import EVENTS_MAX, RECORD_MAX_BYTES, TRACE, Header, pack
from streams.kafka.topics import PREFIX, families, partition_of, topic_of
from streams.ledger.jobs import Overloaded
from streams.projection.submission import Refused, Submission

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

LINGER_SECONDS = 0.003
WAIT_SECONDS = 5.0
RETRY_SECONDS = 0.5
ANSWER_SECONDS = 3.0
WAITING_MAX = 20_000
TRACES_MAX = 32
# What it is called by those who trace it.
SYSTEM = "kafka"
_ROOM_BYTES = 65_536

Place: TypeAlias = tuple[str, int]


@dataclass(slots=True)
class _Part:
    """Items of one append that go into one partition; the future resolves when the broker has them."""

    items: list[Submission]
    trace: str | None
    future: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class _Connection:
    """A producer that reached the broker, and how many partitions each topic has."""

    producer: "AIOKafkaProducer"
    partitions: dict[str, int]


@dataclass(slots=True)
class _Lane:
    """What waits for one partition, and the task that carries it."""

    waiting: list[_Part] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class KafkaLog:
    """Appends to the log. It may be started while Kafka is away, and finds it again by itself."""

    def __init__(
        self,
        address: str,
        *,
        prefix: str = PREFIX,
        linger_seconds: float = LINGER_SECONDS,
        wait_seconds: float = WAIT_SECONDS,
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self.address = address
        self.prefix = prefix
        self.waiting = 0
        self._linger_seconds, self._wait_seconds, self._waiting_max = linger_seconds, wait_seconds, waiting_max
        self._lanes: dict[Place, _Lane] = {}
        self._connection: _Connection | None = None
        self._connecting = asyncio.Lock()
        self._retry_at = 0.0
        self._why_away = "it was not reached yet"
        self._missing: list[str] = []
        self._ending: set[asyncio.Task[None]] = set()
        self._stopped = False

    @property
    def answers(self) -> bool:
        """Return whether the broker was there when it was last needed."""
        return self._connection is not None

    async def start(self) -> None:
        """Connect, or leave it to the first append when Kafka is away."""
        self._stopped = False
        with suppress(LogAway):
            await self._connected()

    async def stop(self) -> None:
        """Carry what is waiting, then end."""
        self._stopped = True
        while tasks := [lane.task for lane in self._lanes.values() if lane.task is not None]:
            await asyncio.wait(tasks)
        self._leave(self._connection, "it was stopped")
        while self._ending:
            await asyncio.wait(self._ending)

    async def reachable(self) -> bool:
        """Ask the brokers whether they are there, for `ANSWER_SECONDS` at most."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                connection = await self._connected()
                return bool(await connection.producer.client.force_metadata_update())
        except (TimeoutError, LogAway):
            return False

    async def append(self, items: Sequence[Submission], *, trace: str | None = None) -> None:
        """Return when the broker has every one of these items; `trace` is their `traceparent`.

        Raise `LogAway` when that took too long, `Overloaded` when too much waits already, and `Rejected` for an item
        that is larger than a record may be. Items that were not acknowledged may be in the log all the same.
        """
        if self._stopped:
            raise LogAway("it was stopped")
        if self.waiting and self.waiting + len(items) > self._waiting_max:
            raise Overloaded
        self.waiting += len(items)
        connection = None
        try:
            async with asyncio.timeout(self._wait_seconds):
                connection = await self._connected()
                await _all([part.future for part in self._queue(items, trace, connection.partitions)])
        except TimeoutError:
            self._leave(connection, f"no acknowledgement within {self._wait_seconds:g} s")
            raise LogAway(self._why_away) from None
        finally:
            self.waiting -= len(items)

    def _queue(self, items: Sequence[Submission], trace: str | None, partitions: dict[str, int]) -> list[_Part]:
        """Put items in line for their partitions."""
        loop = asyncio.get_running_loop()
        found: dict[Place, list[Submission]] = {}
        for item in items:
            subject = item.source if isinstance(item, Refused) else item.subject
            topic = topic_of("" if isinstance(item, Refused) else subject, self.prefix)
            found.setdefault((topic, partition_of(subject, partitions[topic])), []).append(item)
        parts = []
        for place, own in found.items():
            part = _Part(own, trace, loop.create_future())
            lane = self._lanes.setdefault(place, _Lane())
            lane.waiting.append(part)
            if lane.task is None:
                lane.task = asyncio.create_task(self._carry(place, lane))
            parts.append(part)
        return parts

    async def _carry(self, place: Place, lane: _Lane) -> None:
        """Send what waits for a partition, and what came meanwhile, until nothing waits."""
        try:
            while lane.waiting:
                if sum(len(part.items) for part in lane.waiting) < EVENTS_MAX:
                    await asyncio.sleep(self._linger_seconds)
                # Whoever asked for it may have given up since.
                parts, lane.waiting = [part for part in lane.waiting if not part.future.done()], []
                await self._send(place, parts)
        finally:
            lane.task = None

    async def _send(self, place: Place, parts: Sequence[_Part]) -> None:
        """Send parts in as few records as they fit in, and tell each what became of it."""
        connection = None
        try:
            async with asyncio.timeout(self._wait_seconds):
                connection = await self._connected()
                await _acknowledged(connection.producer, place, parts)
        except Rejected as refusal:
            await self._send_apart(place, parts, refusal)
        except Exception as error:  # noqa: BLE001 - each is told to those who wait; nothing else may end the lane
            self._fail(parts, error, connection)
        else:
            for part in parts:
                if not part.future.done():
                    part.future.set_result(None)

    async def _send_apart(self, place: Place, parts: Sequence[_Part], refusal: Rejected) -> None:
        """Send each part for itself, so that an item that no record holds fails its own append and no other."""
        if len(parts) == 1:
            self._fail(parts, refusal, None)
            return
        for part in parts:
            await self._send(place, [part])

    def _fail(self, parts: Sequence[_Part], error: Exception, connection: _Connection | None) -> None:
        """Tell those who wait that their items are not acknowledged, and why."""
        from aiokafka.errors import KafkaError

        told = error
        if isinstance(error, KafkaError | OSError | TimeoutError):
            # A producer whose delivery failed has lost its count of records; a new one begins anew.
            self._leave(connection, str(error) or type(error).__name__)
            told = LogAway(self._why_away)
        for part in parts:
            if not part.future.done():
                part.future.set_exception(told)
                # Heard already by whoever still waits; nobody else needs to.
                part.future.exception()

    async def _connected(self) -> _Connection:
        """Return the connection, made now if there is none; raise `LogAway`, at once when it just failed."""
        if self._connection is not None:
            return self._connection
        async with self._connecting:
            if self._connection is None:
                if time.monotonic() < self._retry_at:
                    raise TopicsMissing(self._missing) if self._missing else LogAway(self._why_away)
                self._connection = await self._connect()
            return self._connection

    async def _connect(self) -> _Connection:
        from aiokafka.errors import KafkaError

        producer = self._producer()
        try:
            async with asyncio.timeout(self._wait_seconds):
                await producer.start()
                known = await producer.client.fetch_all_metadata()
            partitions = {topic: len(known.partitions_for_topic(topic) or ()) for topic in families(self.prefix)}
            self._missing = [topic for topic, count in partitions.items() if not count]
            if self._missing:
                raise TopicsMissing(self._missing)
            return _Connection(producer, partitions)
        except BaseException as error:
            self._end(producer)
            self._retry_at = time.monotonic() + RETRY_SECONDS
            if isinstance(error, KafkaError | OSError | TimeoutError):
                self._why_away, self._missing = f"{self.address}: {type(error).__name__}", []
                raise LogAway(self._why_away) from None
            raise

    def _producer(self) -> "AIOKafkaProducer":
        from aiokafka import AIOKafkaProducer

        return AIOKafkaProducer(
            bootstrap_servers=self.address,
            client_id="paceline",
            acks="all",
            enable_idempotence=True,
            max_batch_size=RECORD_MAX_BYTES,
            max_request_size=RECORD_MAX_BYTES + _ROOM_BYTES,
            request_timeout_ms=int(self._wait_seconds * 1_000),
        )

    def _leave(self, connection: _Connection | None, why: str) -> None:
        """Give a connection up, unless that was done already; the next append makes a new one."""
        self._why_away = why
        if connection is not None and connection is self._connection:
            self._connection = None
            self._end(connection.producer)

    def _end(self, producer: "AIOKafkaProducer") -> None:
        """Let a producer end beside; it gives up what it cannot deliver after its own time."""
        task = asyncio.create_task(_stop(producer))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _stop(producer: "AIOKafkaProducer") -> None:
    from aiokafka.errors import KafkaError

    with suppress(KafkaError, OSError):
        await producer.stop()


async def _acknowledged(producer: "AIOKafkaProducer", place: Place, parts: Sequence[_Part]) -> None:
    """Return when the broker has everything in some parts; raise `Rejected` before anything is sent."""
    traces = list(dict.fromkeys(part.trace for part in parts if part.trace))[:TRACES_MAX]
    followed: list[Header] = [(TRACE, trace.encode()) for trace in traces]
    topic, partition = place
    sent = []
    for record in list(pack([item for part in parts for item in part.items])):
        headers = [*record.headers, *followed]
        sent.append(await producer.send(topic, record.value, partition=partition, headers=headers))
    await _all(sent)


async def _all(futures: Sequence[Awaitable[object]]) -> None:
    """Wait for all; raise the first failure once all are done."""
    results = await asyncio.gather(*futures, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
