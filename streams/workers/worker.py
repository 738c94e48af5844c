"""The worker: takes what the log delivers, lets it be applied, and only then tells the log."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from streams.kafka.failures import LogAway
from streams.store.offsets import Place
from streams.workers.app import Plan, make_app
from streams.workers.applying import Applying, Stopped
from streams.workers.ledger import LogLedger
from streams.workers.offsets import Hole
from streams.workers.pieces import Piece, Raw, pieces_of
from streams.workers.reader import Reader

if TYPE_CHECKING:
    from faust import App
    from faust.types import EventT, StreamT

BATCH_RECORDS, BATCH_BYTES = 1_000, 2**20
AUDIT_SECONDS = 3.0
PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
STOP_SECONDS = 20.0

Answered = TypeVar("Answered")
log = logging.getLogger(__name__)


class Worker:
    """Reads the log as one member of a group, until it is told to stop; goes on by itself after failures.

    What Faust delivers is not trusted to be whole: it may leave out records around a rebalance. Offsets that do not
    follow on those of the store are read from the log first, and what a quiet partition still holds is looked for.
    """

    def __init__(self, plan: Plan, opened: Callable[[], LogLedger], *, clock: Callable[[], int]) -> None:
        self._plan = plan
        self._reader = Reader(plan.kafka)
        self._ending = threading.Event()
        self._stopping = asyncio.Event()
        self._applying = Applying(opened, clock, self._ending)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="paceline-projector")
        self._turn = asyncio.Lock()

    def stop(self) -> None:
        """Finish the batch in hand, commit and leave; `run` returns then."""
        self._ending.set()
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop` is called."""
        try:
            attempt = 0
            while not self._stopping.is_set():
                reason = await self._one_life()
                if reason is not None:
                    seconds = PAUSES_SECONDS[min(attempt, len(PAUSES_SECONDS) - 1)]
                    log.warning("The log is away (%s); trying again in %g s.", reason, seconds)
                    await self._pause(seconds)
                attempt += 1
        finally:
            await self._do(self._applying.close)
            self._thread.shutdown()
            await self._reader.close()

    async def _one_life(self) -> BaseException | None:
        """Be a member of the group until the end, or until Faust gives up; return why it did."""
        app = make_app(self._plan, self._consume)
        audit = asyncio.create_task(self._audit(app))
        try:
            await app.start()
            await app.wait(self._stopping.wait())
            # The batch in hand is finished before Faust ends what waits for it.
            async with self._turn:
                pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the next life begins anew
            return error
        finally:
            audit.cancel()
            await _ended(app)
        return None if self._stopping.is_set() else app.crash_reason or LogAway("Faust has stopped")

    async def _consume(self, stream: "StreamT[bytes]") -> None:
        """Apply what is delivered, and acknowledge it then; the body of the one agent, which never raises."""
        async for batch in _batches(stream):
            async with self._turn:
                if not await self._applied(pieces_of(_raw(event) for event in batch)):
                    break
                for event in batch:
                    event.ack()
        # What was not applied stays unacknowledged; Faust is about to end.
        await asyncio.Event().wait()

    async def _applied(self, pieces: Sequence[Piece]) -> bool:
        """Return when pieces are in the store, with what the log had before them; False when the worker ends first."""
        while not self._stopping.is_set():
            try:
                await self._do(partial(self._applying.apply, pieces))
                return True
            except Hole as hole:
                log.warning("%s Reading them from the log.", hole)
                await self._fill(hole)
            except Stopped:
                break
        return False

    async def _fill(self, hole: Hole) -> None:
        """Apply the beginning of what is in a hole, unless the log is away."""
        try:
            await self._do(partial(self._applying.apply, [await self._reader.fill(hole)]))
        except LogAway as error:
            log.warning("Held: %s", error)
            await self._pause(PAUSES_SECONDS[0])

    async def _audit(self, app: "App") -> None:
        """Read from the log what quiet partitions still hold, from time to time."""
        seen: dict[Place, int] = {}
        while True:
            await self._pause(AUDIT_SECONDS)
            try:
                seen = await self._looked(_places(app), seen)
            except (LogAway, Stopped) as error:
                log.warning("Could not look for what is unread: %s", error)

    async def _looked(self, mine: Collection[Place], seen: Mapping[Place, int]) -> dict[Place, int]:
        """Read what is unread in partitions that stand where they stood; return where all stand now."""
        stored = await self._do(self._applying.offsets)
        ends = await self._reader.ends(mine) if mine else {}
        now = {place: stored.get(place, 0) for place in mine}
        for place, end in ends.items():
            at = now[place]
            if at < end and seen.get(place) == at:
                hole = Hole(place, at, end)
                log.warning("%s Nobody delivers them; reading them from the log.", hole)
                async with self._turn:
                    await self._fill(hole)
        return now

    async def _do(self, what: Callable[[], Answered]) -> Answered:
        """Do something in the one thread that touches the store."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, what)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


async def _batches(stream: "StreamT[bytes]") -> AsyncIterator[list["EventT[bytes]"]]:
    """Yield everything that waits, as soon as anything does, up to a limit.

    Not `Stream.take`: that acknowledges a batch when its generator is closed, whether or not it was applied, and it
    wakes up all the time to look.
    """
    from faust.types import ChannelT

    channel = stream.channel
    if not isinstance(channel, ChannelT):
        raise TypeError(channel)
    events, waiting = aiter(stream.noack().events()), channel.queue
    async for first in events:
        batch, size = [first], len(first.value or b"")
        while len(batch) < BATCH_RECORDS and size < BATCH_BYTES and not waiting.empty():
            event = await anext(events)
            batch.append(event)
            size += len(event.value or b"")
        yield batch


def _raw(event: "EventT[bytes]") -> Raw:
    message = event.message
    headers = message.headers.items() if isinstance(message.headers, Mapping) else message.headers
    return Raw((message.topic, message.partition), message.offset, message.value, tuple(headers or ()))


def _places(app: "App") -> list[Place]:
    """Return the partitions that this member has now."""
    from faust.exceptions import ConsumerNotStarted

    try:
        return sorted((one.topic, one.partition) for one in app.consumer.assignment())
    except ConsumerNotStarted:
        return []


async def _ended(app: "App") -> None:
    """Let Faust commit what was acknowledged and leave the group."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await app.stop()
    except Exception as error:  # noqa: BLE001 - it is over either way
        log.warning("Faust did not end in good order (%s: %s).", type(error).__name__, error)
