"""Live boards: whoever looks at boards gets what changed on them, over Server-Sent Events.

Each board that somebody looks at is computed once after a change, and its frame is encoded once for all viewers.
Frames carry absolute values, so that one that comes twice does no harm. Ids are `epoch.number`, one row of numbers for
all boards: a viewer that missed frames, or comes from before a restart, gets the whole board again.
"""

import asyncio
import logging
import re
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field

import msgspec

from services.errors import PacelineError
from services.scope import Scope
from streams.answers.questions import Questions
from streams.tracing import UNTRACED, About, Tracer

QUEUE_MAX = 64
FRAMES_KEPT = 64
CHANNELS_MAX = 500
VIEWERS_MAX = 2_000
TRACES_MAX = 32
PING = b": ping\n\n"
RETRY = b"retry: 1500\n\n"
_ID = re.compile(r"([0-9a-f]{8})\.([0-9]{1,15})")

Fields = dict[str, object]
# Reads what a frame says: values by row id, and values of the board itself.
Look = Callable[[Questions], tuple[dict[str, Fields], Fields]]
Queue = asyncio.Queue[bytes | None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast things go: frames at most once in `settle_seconds`, a ping when nothing came for `ping_seconds`.

    What is dear to compute moves less often: a board rests `rest_ratio` times as long as its computation took.
    Boards of "this week" move with the clock alone: all are looked at again after `still_seconds` without a change.
    """

    settle_seconds: float = 0.25
    rest_ratio: float = 19.0
    still_seconds: float = 30.0
    ping_seconds: float = 15.0


class LiveFull(PacelineError):
    """More live boards than can be kept up to date, or a server that is about to stop."""

    def __init__(self) -> None:
        super().__init__("No more live boards can be shown now. Try again in a moment.")


@dataclass(frozen=True, slots=True)
class Watched:
    """A board that a viewer asks for; frames carry `name`, so that viewers of several boards tell them apart."""

    name: str
    scope: Scope
    look: Look


@dataclass(frozen=True, slots=True)
class Frame:
    """An encoded frame and its number."""

    number: int
    sent: bytes


@dataclass(slots=True)
class Channel:
    """One board that somebody looks at; `floor` is the number from which on all frames are kept.

    A stale board is computed again when it has rested, by the time of the event loop; `traces` are those of the
    changes that it is stale by.
    """

    board: Watched
    rows: dict[str, Fields] = field(default_factory=dict)
    head: Fields = field(default_factory=dict)
    floor: int = 0
    stale: bool = False
    rests_until: float = 0.0
    frames: deque[Frame] = field(default_factory=deque)
    traces: tuple[str, ...] = ()
    viewers: set[Queue] = field(default_factory=set)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def keep(self, frame: Frame) -> None:
        """Keep a frame for viewers who come back."""
        self.frames.append(frame)
        if len(self.frames) > FRAMES_KEPT:
            self.floor = self.frames.popleft().number


class Live:
    """The hub: `changed` may be called from any thread, everything else in the event loop."""

    def __init__(self, questions: Questions, pace: Pace | None = None, tracer: Tracer = UNTRACED) -> None:
        self._questions = questions
        self._tracer = tracer
        self._traces: tuple[str, ...] = ()
        self._pace = pace or Pace()
        self._epoch = secrets.token_hex(4)
        self._number = 0
        self._channels: dict[tuple[str, Scope], Channel] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._dirty = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    @property
    def viewers(self) -> int:
        """Return how many streams there are, whatever number of boards each of them carries."""
        return len({viewer for channel in self._channels.values() for viewer in channel.viewers})

    def start(self) -> None:
        """Begin to send what changes."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run())

    async def stop(self) -> None:
        """Tell every viewer that this is the end, so that no connection holds up the shutdown. Twice is once."""
        self._stopped = True
        for viewer in {viewer for channel in self._channels.values() for viewer in channel.viewers}:
            _push(viewer, None)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def changed(self, trace: str = "") -> None:
        """Say that the store changed, with the `traceparent` of what changed it."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hear, trace)

    def _hear(self, trace: str) -> None:
        self._traces = (*self._traces, trace)[-TRACES_MAX:] if trace else self._traces
        self._dirty.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            stale = [channel for channel in self._channels.values() if channel.stale]
            due = min((channel.rests_until for channel in stale), default=loop.time() + self._pace.still_seconds)
            with suppress(TimeoutError):
                # Before Python 3.12 `wait_for` may lose a cancellation that comes together with a change.
                async with asyncio.timeout(max(due - loop.time(), 0.0)):
                    await self._dirty.wait()
            if self._dirty.is_set() or not stale:
                self._dirty.clear()
                self._all_stale()
            for channel in list(self._channels.values()):
                if channel.stale and channel.rests_until <= loop.time():
                    await self._refresh(channel)
            await asyncio.sleep(self._pace.settle_seconds)

    def _all_stale(self) -> None:
        traces, self._traces = self._traces, ()
        for channel in self._channels.values():
            # Somebody who is just joining holds the lock, and may have looked before this change.
            channel.stale = bool(channel.viewers) or channel.lock.locked()
            channel.traces = (*channel.traces, *traces)[-TRACES_MAX:] if channel.stale else ()

    async def _refresh(self, channel: Channel) -> None:
        """Compute a board once, as what followed on the changes that made it stale."""
        async with channel.lock:
            channel.stale = False
            traces, channel.traces = channel.traces, ()
            about = About(traces, {"paceline.viewers": len(channel.viewers)})
            with self._tracer.span("board", about=lambda: about) if traces else nullcontext():
                await self._renew(channel)

    async def _renew(self, channel: Channel) -> None:
        """Compute a board and send what differs from before; cut its viewers off when it cannot be computed."""
        began = asyncio.get_running_loop().time()
        try:
            rows, head = await asyncio.to_thread(channel.board.look, self._questions)
        except Exception:
            log.exception("A live board cannot be computed: %s", channel.board.name)
            for viewer in channel.viewers:
                _push(viewer, None)
            return
        ended = asyncio.get_running_loop().time()
        channel.rests_until = ended + (ended - began) * self._pace.rest_ratio
        changed = {name: row for name, row in rows.items() if channel.rows.get(name) != row}
        gone = [name for name in channel.rows if name not in rows]
        if not changed and not gone and head == channel.head:
            return
        channel.rows, channel.head = rows, head
        self._number += 1
        frame = self._frame(channel, "change", changed, gone)
        channel.keep(Frame(self._number, frame))
        channel.viewers -= {viewer for viewer in channel.viewers if not _push(viewer, frame)}

    def _frame(self, channel: Channel, kind: str, rows: dict[str, Fields], gone: Sequence[str]) -> bytes:
        body = {"board": channel.board.name, "rows": rows, "gone": gone, "head": channel.head}
        text = msgspec.json.encode(body).decode()
        return f"id: {self._epoch}.{self._number}\nevent: {kind}\ndata: {text}\n\n".encode()

    async def watch(self, boards: Sequence[Watched], last_id: str) -> AsyncGenerator[bytes]:
        """Return the frames of boards, each shared by all with the same name and scope.

        Raise at once what the boards raise, before anything is sent, and `LiveFull` when there are too many.
        """
        queue: Queue = asyncio.Queue(QUEUE_MAX)
        if self._stopped or self.viewers >= VIEWERS_MAX:
            raise LiveFull
        joined: list[Channel] = []
        first = [RETRY]
        try:
            for board in boards:
                channel = self._channel(board)
                first.extend(await self._join(channel, queue, last_id))
                joined.append(channel)
        except BaseException:
            _leave(joined, queue)
            raise
        return _told(first, queue, joined, self._pace.ping_seconds)

    def _channel(self, board: Watched) -> Channel:
        """Return the channel of a board, a new one when there is room; boards that nobody looks at make room."""
        key = (board.name, board.scope)
        if key not in self._channels:
            if len(self._channels) >= CHANNELS_MAX:
                busy = {name: one for name, one in self._channels.items() if one.viewers or one.lock.locked()}
                self._channels = busy
            if len(self._channels) >= CHANNELS_MAX:
                raise LiveFull
            self._channels[key] = Channel(board)
        return self._channels[key]

    async def _join(self, channel: Channel, queue: Queue, last_id: str) -> list[bytes]:
        """Add a viewer to a board; return what it has missed."""
        async with channel.lock:
            if not channel.viewers:
                channel.rows, channel.head = await asyncio.to_thread(channel.board.look, self._questions)
                self._number += 1
                channel.floor = self._number
                channel.frames.clear()
            channel.viewers.add(queue)
            return self._missed(channel, last_id)

    def _missed(self, channel: Channel, last_id: str) -> list[bytes]:
        """Return the frames after the last one seen, or the whole board when they are not all there."""
        seen = _ID.fullmatch(last_id)
        if seen and seen[1] == self._epoch and channel.floor <= int(seen[2]) <= self._number:
            return [frame.sent for frame in channel.frames if frame.number > int(seen[2])]
        return [self._frame(channel, "board", channel.rows, [])]


async def _told(
    first: Sequence[bytes], queue: Queue, joined: Sequence[Channel], ping_seconds: float
) -> AsyncGenerator[bytes]:
    """Yield what a viewer missed, then what comes on its boards; leave them in the end."""
    try:
        for frame in first:
            yield frame
        async for frame in _drain(queue, ping_seconds):
            yield frame
    finally:
        _leave(joined, queue)


def _leave(joined: Sequence[Channel], queue: Queue) -> None:
    for channel in joined:
        channel.viewers.discard(queue)


async def _drain(queue: Queue, ping_seconds: float) -> AsyncGenerator[bytes]:
    """Yield what is queued, a ping when nothing comes for long, until the end."""
    while True:
        try:
            async with asyncio.timeout(ping_seconds):
                frame = await queue.get()
        except TimeoutError:
            yield PING
            continue
        if frame is None:
            return
        yield frame


def _push(queue: Queue, frame: bytes | None) -> bool:
    """Queue a frame; a viewer that is too slow is cut off, and gets the whole board when it comes back."""
    kept = not queue.full()
    if not kept:
        while not queue.empty():
            queue.get_nowait()
        frame = None
    queue.put_nowait(frame)
    return kept
