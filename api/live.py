"""Live boards: whoever looks at a board gets what changed on it, over Server-Sent Events.

Each board that somebody looks at is computed once after a change, and its frame is encoded once for all viewers.
Frames carry absolute values, so that one that comes twice does no harm. Ids are `epoch.number`: a viewer that missed
frames, or comes from before a restart, gets the whole board again.
"""

import asyncio
import re
import secrets
import sqlite3
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from services.boards.board import Board
from services.errors import PacelineError
from services.scope import Scope
from streams.questions import Ask, Questions

QUEUE_MAX = 64
FRAMES_KEPT = 64
CHANNELS_MAX = 500
VIEWERS_MAX = 2_000
PING = b": ping\n\n"
RETRY = b"retry: 1500\n\n"
_ID = re.compile(r"([0-9a-f]{8})\.([0-9]{1,15})")

Fields = dict[str, object]
# Makes what a frame says of a board: values by row id, and values of the board itself.
Render = Callable[[Board], tuple[dict[str, Fields], Fields]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast things go: frames at most once in `settle_seconds`, a ping when nothing came for `ping_seconds`.

    Boards of "this week" and of what is untouched change with the clock alone: each is looked at again after
    `clock_seconds` without a change of the store.
    """

    settle_seconds: float = 0.25
    ping_seconds: float = 15.0
    clock_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Frame:
    """An encoded frame and its number."""

    number: int
    sent: bytes


@dataclass(slots=True)
class Channel:
    """One board that somebody looks at.

    :ivar key: what tells it from other boards.
    :ivar known: how many changes of the store were known before the board was last computed.
    :ivar opening: held while the board is computed for its first viewer.
    """

    key: Hashable
    ask: Ask
    scope: Scope
    render: Render
    known: int = -1
    number: int = 0
    rows: dict[str, Fields] = field(default_factory=dict)
    head: Fields = field(default_factory=dict)
    frames: deque[Frame] = field(default_factory=lambda: deque(maxlen=FRAMES_KEPT))
    viewers: set["asyncio.Queue[bytes | None]"] = field(default_factory=set)
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)


class LiveFull(PacelineError):
    """More live boards than can be kept up to date, or a server that is about to stop."""

    def __init__(self) -> None:
        super().__init__("No more live boards can be shown now. Try again in a moment.")


class Live:
    """The hub: `changed` may be called from any thread, everything else in the event loop."""

    def __init__(self, questions: Questions, pace: Pace | None = None) -> None:
        self._questions = questions
        self._pace = pace or Pace()
        self._epoch = secrets.token_hex(4)
        self._channels: dict[Hashable, Channel] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._dirty = asyncio.Event()
        self._changes = 0
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    @property
    def viewers(self) -> int:
        """Return how many viewers there are."""
        return sum(len(channel.viewers) for channel in self._channels.values())

    def start(self) -> None:
        """Begin to send what changes."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run())

    async def stop(self) -> None:
        """Tell every viewer that this is the end, so that no connection holds up the shutdown."""
        self._stopped = True
        for channel in self._channels.values():
            _end(channel)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def changed(self) -> None:
        """Say that the store changed."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._note_change)

    def _note_change(self) -> None:
        self._changes += 1
        self._dirty.set()

    async def _run(self) -> None:
        """Send what changed: soon after a change of the store, and now and then since days end without one."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.clock_seconds):
                    await self._dirty.wait()
            self._dirty.clear()
            for channel in list(self._channels.values()):
                if channel.viewers:
                    await self._refresh(channel)
            await asyncio.sleep(self._pace.settle_seconds)

    async def _refresh(self, channel: Channel) -> None:
        """Compute a board once and send what differs from before; a board that fails ends for its viewers."""
        channel.known = self._changes
        try:
            rows, head = await asyncio.to_thread(self._look, channel)
        except (PacelineError, sqlite3.Error):
            # They come back, and are then told what is wrong; the other boards go on.
            _end(channel)
            return
        changed = {name: row for name, row in rows.items() if channel.rows.get(name) != row}
        gone = [name for name in channel.rows if name not in rows]
        if not changed and not gone and head == channel.head:
            return
        channel.rows, channel.head = rows, head
        channel.number += 1
        frame = self._frame(channel, "change", {"rows": changed, "gone": gone, "head": head})
        channel.frames.append(Frame(channel.number, frame))
        for viewer in channel.viewers:
            _push(viewer, frame)

    def _look(self, channel: Channel) -> tuple[dict[str, Fields], Fields]:
        return channel.render(self._questions.board(channel.ask, channel.scope))

    def _frame(self, channel: Channel, kind: str, body: Fields) -> bytes:
        text = msgspec.json.encode(body).decode()
        return f"id: {self._epoch}.{channel.number}\nevent: {kind}\ndata: {text}\n\n".encode()

    async def open(self, ask: Ask, scope: Scope, language: str, render: Render) -> Channel:
        """Return the channel of a board, computed; boards are shared by those with the same scope and language.

        Raise what the board raises, and `LiveFull` when there are too many.
        """
        key = (ask, scope, language)
        channel = self._channels.get(key)
        if channel is None:
            channel = self._channels[key] = self._new(Channel(key, ask, scope, render))
        async with channel.opening:
            if channel.viewers:
                return channel
            known = self._changes
            try:
                rows, head = await asyncio.to_thread(self._look, channel)
            except BaseException:
                self._channels.pop(key, None)
                raise
            if (rows, head) != (channel.rows, channel.head):
                channel.rows, channel.head = rows, head
                channel.number += 1
                channel.frames.clear()
            channel.known = known
        return channel

    def _new(self, channel: Channel) -> Channel:
        """Return a channel when there is room for it; boards that nobody looks at make room."""
        if len(self._channels) >= CHANNELS_MAX:
            self._channels = {key: one for key, one in self._channels.items() if one.viewers}
        if self._stopped or len(self._channels) >= CHANNELS_MAX or self.viewers >= VIEWERS_MAX:
            raise LiveFull
        return channel

    async def watch(self, channel: Channel, last_id: str) -> AsyncGenerator[bytes]:
        """Yield the frames of a board from what was last seen of it, until the end."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE_MAX)
        # It may have made room for others before its first viewer came.
        channel = self._channels.setdefault(channel.key, channel)
        channel.viewers.add(queue)
        if self._stopped:
            _end(channel)
        if channel.known != self._changes:
            # The store changed while nobody was looking: what is shown first is corrected at once.
            self._dirty.set()
        missed = self._missed(channel, last_id)
        try:
            yield RETRY
            for frame in missed:
                yield frame
            async for frame in _drain(queue, self._pace.ping_seconds):
                yield frame
        finally:
            channel.viewers.discard(queue)

    def _missed(self, channel: Channel, last_id: str) -> list[bytes]:
        """Return the frames after the last one seen, or the whole board when they are not all there."""
        seen = _ID.fullmatch(last_id)
        if seen and seen[1] == self._epoch:
            missed = [frame for frame in channel.frames if frame.number > int(seen[2])]
            if int(seen[2]) + len(missed) == channel.number:
                return [frame.sent for frame in missed]
        return [self._frame(channel, "board", {"rows": channel.rows, "gone": [], "head": channel.head})]


async def _drain(queue: "asyncio.Queue[bytes | None]", ping_seconds: float) -> AsyncIterator[bytes]:
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


def _push(queue: "asyncio.Queue[bytes | None]", frame: bytes | None) -> None:
    """Queue a frame; a viewer that is too slow is cut off, and gets the whole board when it comes back."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        frame = None
    queue.put_nowait(frame)


def _end(channel: Channel) -> None:
    """End a board for all who look at it."""
    for viewer in channel.viewers:
        _push(viewer, None)
