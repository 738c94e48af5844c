"""The hub of live boards: whom it tells what, and what it survives."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from api.live import FRAMES_KEPT, QUEUE_MAX, Fields, Live, LiveFull, Pace, Watched
from services.scope import ADMIN
from streams.answers.questions import Questions
from streams.store.sqlite import open_reader
from tests.stores import NOW, us


class Counter:
    """A board with one row whose value is set by the test."""

    def __init__(self, name: str = "one") -> None:
        self.value = 0
        self.broken = False
        self.watched = Watched(name, ADMIN, self.look)

    def look(self, _: Questions) -> tuple[dict[str, Fields], Fields]:
        """Return the row and the head."""
        if self.broken:
            raise OSError("the disk is gone")
        return {"ann": {"value": self.value}, "bob": {"value": 0}}, {"position": self.value}


class Hub:
    """A running hub, a board, and ways to change and to read it."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.board = Counter()

    def becomes(self, value: int) -> None:
        """Change the board and say so."""
        self.board.value = value
        self.live.changed()

    async def watch(self, last_id: str = "", *more: Watched) -> AsyncIterator[bytes]:
        """Return a stream after its first line."""
        frames = await self.live.watch([self.board.watched, *more], last_id)
        assert (await anext(frames)).startswith(b"retry:")
        return frames


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub that waits for nobody."""
    live = Live(
        Questions(partial(open_reader, tmp_path / "none.db"), clock=lambda: us(NOW)),
        Pace(settle_seconds=0, rest_ratio=0),
    )
    live.start()
    yield Hub(live)
    await live.stop()


async def told(frames: AsyncIterator[bytes]) -> tuple[str, str, dict[str, dict[str, object]]]:
    """Return the next frame as (id, kind, body)."""
    frame = await asyncio.wait_for(anext(frames), 20)
    lines = dict(line.split(": ", 1) for line in frame.decode().strip().split("\n"))
    return lines["id"], lines["event"], json.loads(lines["data"])


async def test_only_what_changed_is_sent(hub: Hub) -> None:
    """First the whole board comes, then the rows that differ; a change that changes nothing is not sent."""
    frames = await hub.watch()
    assert (await told(frames))[2]["rows"] == {"ann": {"value": 0}, "bob": {"value": 0}}
    hub.becomes(0)
    hub.becomes(1)
    _, kind, body = await told(frames)
    assert (kind, body["rows"], body["gone"], body["head"]) == ("change", {"ann": {"value": 1}}, [], {"position": 1})


async def test_one_stream_carries_several_boards(hub: Hub) -> None:
    """Each frame names its board; ids grow through all of them; two boards make one viewer."""
    other = Counter("two")
    frames = await hub.watch("", other.watched)
    first, second = await told(frames), await told(frames)
    assert (first[2]["board"], second[2]["board"]) == ("one", "two")
    other.value = 5
    hub.live.changed()
    last, _, body = await told(frames)
    assert body["board"] == "two" and int(last.split(".")[1]) > int(second[0].split(".")[1])
    assert hub.live.viewers == 1


async def test_a_viewer_resumes_after_any_id_that_is_kept(hub: Hub) -> None:
    """With an id within what is kept the missed changes come, with an older one the whole board."""
    keeper = await hub.watch()
    ids = [(await told(keeper))[0]]
    for value in range(1, FRAMES_KEPT + 2):
        hub.becomes(value)
        ids.append((await told(keeper))[0])
    again = await hub.watch(ids[-3])
    assert [(await told(again))[2]["rows"]["ann"] for _ in range(2)] == [{"value": value + 64} for value in (0, 1)]
    assert (await told(await hub.watch(ids[0])))[1] == "board"
    assert (await told(await hub.watch(f"other.{ids[-2].split('.')[1]}")))[1] == "board"


async def test_a_slow_viewer_is_cut_off_and_forgotten(hub: Hub) -> None:
    """Who takes nothing loses its stream, holds up nobody, and gets the whole board when it comes back."""
    slow, quick = await hub.watch(), await hub.watch()
    assert hub.live.viewers == 2
    await told(quick)
    for value in range(1, QUEUE_MAX + 2):
        hub.becomes(value)
        assert (await told(quick))[2]["rows"]["ann"] == {"value": value}
    assert hub.live.viewers == 1
    assert (await told(slow))[1] == "board"
    assert [frame async for frame in slow] == []
    assert (await told(await hub.watch()))[2]["rows"]["ann"] == {"value": QUEUE_MAX + 1}


async def test_a_board_that_fails_ends_its_streams_alone(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    """A board that cannot be computed is logged and its viewers are let go; other boards go on, and it comes back."""
    other = Counter("two")
    broken, whole = await hub.watch(), await hub.live.watch([other.watched], "")
    await told(broken)
    await anext(whole)
    await told(whole)
    hub.board.broken, other.value = True, 7
    hub.live.changed()
    assert (await told(whole))[2]["rows"]["ann"] == {"value": 7}
    assert [frame async for frame in broken] == []
    assert "the disk is gone" in caplog.text
    with pytest.raises(OSError, match="disk"):
        await hub.watch()
    hub.board.broken = False
    assert (await told(await hub.watch()))[1] == "board"


async def test_the_end_is_the_end(hub: Hub) -> None:
    """After a stop every stream ends, and none begins."""
    frames = await hub.watch()
    await told(frames)
    await hub.live.stop()
    assert [frame async for frame in frames] == []
    with pytest.raises(LiveFull):
        await hub.watch()
