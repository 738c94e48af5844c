"""Live boards: whoever looks at a board gets what changed on it, over Server-Sent Events.

Each board that somebody looks at is computed once after a change, and its frame is encoded once for all viewers.
Frames carry absolute values, so that one that comes twice does no harm. Ids are `epoch.number`: a viewer that missed
frames, or comes from before a restart, gets the whole board again.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import msgspec

from services.boards.board import Board
from services.scope import Scope
from streams.questions import Ask, Questions

QUEUE_MAX = 64
FRAMES_KEPT = 64
SETTLE_SECONDS = 0.25
PING_SECONDS = 15.0
CHANNELS_MAX = 500
PING = b": ping\n\n"
RETRY = b"retry: 1500\n\n"

Fields = dict[str, object]
# Makes what a frame says of a board: values by row id, and values of the board itself.
Render = Callable[[Board], tuple[dict[str, Fields], Fields]]


@dataclass(frozen=True, slots=True)
class Frame:
    """An encoded frame and its number."""

    number: int
    sent: bytes


@dataclass(slots=True)
class Channel:
    """One board that somebody looks at."""

    ask: Ask
    scope: Scope
    render: Render
    number: int = 0
    rows: dict[str, Fields] = field(default_factory=dict)
    head: Fields = field(default_factory=dict)
    frames: deque[Frame] = field(default_factory=lambda: deque(maxlen=FRAMES_KEPT))
    viewers: set["asyncio.Queue[bytes | None]"] = field(default_factory=set)


class Live:
    """The hub: `changed` may be called from any thread, everything else in the event loop."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._epoch = secrets.token_hex(4)
        self._channels: dict[str, Channel] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._dirty = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

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
        for channel in self._channels.values():
            for viewer in channel.viewers:
                _push(viewer, None)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def changed(self) -> None:
        """Say that the store changed."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._dirty.set)

    async def _run(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            for channel in list(self._channels.values()):
                if channel.viewers:
                    await self._refresh(channel)
            await asyncio.sleep(SETTLE_SECONDS)

    async def _refresh(self, channel: Channel) -> None:
        """Compute a board once and send what differs from before."""
        rows, head = await asyncio.to_thread(self._look, channel)
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

    async def watch(self, key: str, ask: Ask, scope: Scope, render: Render, last_id: str) -> AsyncIterator[bytes]:
        """Yield the frames of a board; `key` names the board, the asker's scope and the language together."""
        channel = self._channels.get(key)
        if channel is None:
            self._forget()
            channel = self._channels[key] = Channel(ask, scope, render)
        if not channel.viewers:
            channel.rows, channel.head = await asyncio.to_thread(self._look, channel)
            channel.number += 1
            channel.frames.clear()
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE_MAX)
        channel.viewers.add(queue)
        try:
            yield RETRY
            for frame in self._missed(channel, last_id):
                yield frame
            async for frame in _drain(queue):
                yield frame
        finally:
            channel.viewers.discard(queue)

    def _missed(self, channel: Channel, last_id: str) -> list[bytes]:
        """Return the frames after the last one seen, or the whole board when they are not all there."""
        epoch, _, number = last_id.partition(".")
        if epoch == self._epoch and number.isdigit():
            seen = int(number)
            missed = [frame for frame in channel.frames if frame.number > seen]
            if seen + len(missed) == channel.number:
                return [frame.sent for frame in missed]
        return [self._frame(channel, "board", {"rows": channel.rows, "gone": [], "head": channel.head})]

    def _forget(self) -> None:
        """Drop boards that nobody looks at, when there are many."""
        if len(self._channels) >= CHANNELS_MAX:
            self._channels = {key: channel for key, channel in self._channels.items() if channel.viewers}


async def _drain(queue: "asyncio.Queue[bytes | None]") -> AsyncIterator[bytes]:
    """Yield what is queued, a ping when nothing comes for long, until the end."""
    while True:
        try:
            frame = await asyncio.wait_for(queue.get(), PING_SECONDS)
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
