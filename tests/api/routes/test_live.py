"""Live boards: what a viewer gets, after a change, a gap, a restart, a night and the end."""

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from starlette.types import Message

from api.frames import board_look, board_name
from api.live import CHANNELS_MAX, FRAMES_KEPT, PING, QUEUE_MAX, RETRY, Fields, Live, LiveFull, Pace, Watched
from api.routes.live import EventStream
from services.errors import PacelineError
from services.scope import ADMIN, Scope
from streams.answers.questions import Ask, Questions
from tests.api.houses import Json, Site, opened, problem_of, send, send_batch
from tests.api.servers import program, served
from tests.builders import joined, order
from tests.stores import Wire

FAST = Pace(settle_seconds=0, rest_ratio=0, still_seconds=0.01)
QUIET = Pace(settle_seconds=0, rest_ratio=0)
ASK = Ask(metric="won_amount", period="2017-03")
PATH = "/live/boards/won_amount?period=2017-03"


def frame_of(sent: bytes) -> tuple[str, str, Json]:
    """Return the id, the event and the body of a frame."""
    lines = sent.decode().removesuffix("\n\n").split("\n")
    found = dict(line.split(": ", 1) for line in lines)
    return found["id"], found["event"], msgspec.json.decode(found["data"], type=Json)


async def next_frame(frames: AsyncIterator[bytes]) -> tuple[str, str, Json]:
    """Return the next frame that says something."""
    async for sent in frames:
        if sent not in (RETRY, PING):
            return frame_of(sent)
    raise AssertionError("the stream ended")


def rows_of(body: Json) -> dict[str, Json]:
    """Return the rows of a frame."""
    rows = body["rows"]
    assert isinstance(rows, dict)
    return rows


@asynccontextmanager
async def hub(home: Path, pace: Pace = FAST) -> AsyncIterator[tuple[Site, Live]]:
    """Give a store and a hub that does not wait."""
    with opened(home) as site:
        live = Live(site.house.questions, pace)
        live.start()
        try:
            yield site, live
        finally:
            await live.stop()


async def stored(site: Site, live: Live, *wires: Wire) -> None:
    """Store events and say so."""
    async with site.client() as client:
        await send_batch(client, wires)
    live.changed()


def shown(ask: Ask = ASK, scope: Scope = ADMIN) -> Watched:
    """Return a board in English."""
    return Watched(board_name(ask, "en"), scope, board_look(ask, scope, "en"))


async def watched(live: Live, ask: Ask = ASK, last_id: str = "", scope: Scope = ADMIN) -> AsyncGenerator[bytes]:
    """Return the frames of a board."""
    return await live.watch([shown(ask, scope)], last_id)


async def test_a_viewer_first_gets_the_whole_board(tmp_path: Path) -> None:
    """First comes how long to wait before coming back, then the board with its id."""
    async with hub(tmp_path) as (site, live):
        await stored(site, live, joined("ann"), *order("one", "2017-03-01"))
        frames = await watched(live)
        assert await anext(frames) == RETRY
        name, kind, body = await next_frame(frames)
        await frames.aclose()
    epoch, _, number = name.partition(".")
    assert (len(epoch), number, kind) == (8, "1", "board")
    assert set(rows_of(body)) == {"ann"}
    row = rows_of(body)["ann"]
    assert (row["rank"], row["value"], row["bar"], row["sample"]) == (1, "$10", 100.0, 1)


async def test_a_change_sends_what_changed_and_no_more(tmp_path: Path) -> None:
    """After a change the rows that differ come with absolute values, in one frame."""
    async with hub(tmp_path) as (site, live):
        await stored(site, live, joined("ann"), joined("bob"), *order("one", "2017-03-01"))
        frames = await watched(live)
        await next_frame(frames)
        await stored(site, live, *order("two", "2017-03-02", amount="5.00"))
        _, kind, body = await next_frame(frames)
        await frames.aclose()
    assert kind == "change"
    assert set(rows_of(body)) == {"ann"}
    assert rows_of(body)["ann"]["value"] == "$15"
    assert isinstance(body["head"], dict)
    assert body["head"]["total"] == "$15"


async def test_all_viewers_get_the_same_bytes(tmp_path: Path) -> None:
    """A frame is encoded once: every viewer gets the very same object."""
    async with hub(tmp_path) as (site, live):
        viewers = [await watched(live) for _ in range(3)]
        for frames in viewers:
            await next_frame(frames)
        await stored(site, live, *order("one", "2017-03-01"))
        first, *others = [await anext(frames) for frames in viewers]
        assert all(other is first for other in others)
        assert live.viewers == 3
        for frames in viewers:
            await frames.aclose()
        assert live.viewers == 0


async def test_viewers_that_come_together_share_a_board(tmp_path: Path) -> None:
    """Those who open a board in the same moment all get its changes."""
    async with hub(tmp_path) as (site, live):
        viewers = await asyncio.gather(*(watched(live) for _ in range(5)))
        for frames in viewers:
            await next_frame(frames)
        await stored(site, live, *order("one", "2017-03-01"))
        for frames in viewers:
            assert set(rows_of((await next_frame(frames))[2])) == {"ann"}
            await frames.aclose()


async def test_boards_that_nobody_looks_at_make_room(tmp_path: Path) -> None:
    """When there are as many boards as can be kept, those without viewers go; one that lost its place comes back."""
    async with hub(tmp_path) as (site, live):
        for number in range(CHANNELS_MAX + 1):
            frames = await live.watch([Watched(f"b{number}", ADMIN, lambda _: ({}, {}))], "")
            await next_frame(frames)
            await frames.aclose()
        frames = await watched(live)
        await next_frame(frames)
        await stored(site, live, *order("one", "2017-03-01"))
        assert set(rows_of((await next_frame(frames))[2])) == {"ann"}
        await frames.aclose()


async def test_more_boards_than_can_be_kept_are_refused(tmp_path: Path) -> None:
    """While somebody looks at each of them there is no room for another board, and those that are there go on."""
    async with hub(tmp_path, QUIET) as (_, live):
        boards = [Watched(f"b{number}", ADMIN, lambda _: ({}, {})) for number in range(CHANNELS_MAX)]
        frames = await live.watch(boards, "")
        await next_frame(frames)
        with pytest.raises(LiveFull):
            await watched(live)
        await frames.aclose()
        await (await watched(live)).aclose()


async def test_who_comes_back_gets_what_was_missed(tmp_path: Path) -> None:
    """With the id of the last frame seen only later frames come; none when nothing was missed."""
    async with hub(tmp_path, Pace(settle_seconds=0, rest_ratio=0, ping_seconds=0.01)) as (site, live):
        staying = await watched(live)
        seen, _, _ = await next_frame(staying)
        await stored(site, live, *order("one", "2017-03-01"))
        latest, _, _ = await next_frame(staying)
        back = await watched(live, last_id=seen)
        assert (await next_frame(back))[:2] == (latest, "change")
        again = await watched(live, last_id=latest)
        assert [await anext(again), await anext(again)] == [RETRY, PING]
        for frames in (staying, back, again):
            await frames.aclose()


@pytest.mark.parametrize("last", ["", "00000000.1", "{epoch}.999", "{epoch}.²", "{epoch}." + "9" * 5_000, "\n\n", "."])
async def test_a_gap_or_another_epoch_gets_the_whole_board(tmp_path: Path, last: str) -> None:
    """Ids from before a restart, from nowhere, or that are none get the whole board again."""
    async with hub(tmp_path) as (_, live):
        staying = await watched(live)
        name, _, _ = await next_frame(staying)
        frames = await watched(live, last_id=last.replace("{epoch}", name.partition(".")[0]))
        assert (await next_frame(frames))[:2] == (name, "board")
        await frames.aclose()
        await staying.aclose()


async def test_more_missed_than_kept_gets_the_whole_board(tmp_path: Path) -> None:
    """Who missed more frames than are kept gets the board, not a part of the changes."""
    async with hub(tmp_path) as (site, live):
        staying = await watched(live)
        seen, _, _ = await next_frame(staying)
        for number in range(FRAMES_KEPT + 1):
            await stored(site, live, *order(f"d{number}", "2017-03-01"))
            await next_frame(staying)
        back = await watched(live, last_id=seen)
        assert (await next_frame(back))[1] == "board"
        await back.aclose()
        await staying.aclose()


async def test_a_slow_viewer_is_cut_off(tmp_path: Path) -> None:
    """Who takes nothing while more than a queue of frames comes is ended; others go on."""
    async with hub(tmp_path) as (site, live):
        slow, quick = await watched(live), await watched(live)
        await next_frame(slow)
        await next_frame(quick)
        for number in range(QUEUE_MAX + 1):
            await stored(site, live, *order(f"d{number}", "2017-03-01"))
            await next_frame(quick)
        assert [frame async for frame in slow] == []
        assert live.viewers == 1
        await quick.aclose()


async def test_a_connection_that_takes_nothing_is_given_up() -> None:
    """A socket that stays full for long ends the stream, and its viewer leaves the board."""
    ended = asyncio.Event()

    async def frames() -> AsyncGenerator[bytes]:
        try:
            while True:
                yield PING
        finally:
            ended.set()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def receive() -> Message:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    await EventStream(frames(), send_seconds=0.01)({"type": "http"}, receive, send)
    assert ended.is_set()


async def test_a_change_during_the_first_look_is_not_lost(tmp_path: Path) -> None:
    """What changes after the first viewer's look, and before it is counted as a viewer, follows at once."""
    looked, go_on = threading.Event(), threading.Event()
    look = board_look(ASK, ADMIN, "en")

    def slow(questions: Questions) -> tuple[dict[str, Fields], Fields]:
        found = look(questions)
        looked.set()
        go_on.wait()
        return found

    async with hub(tmp_path, QUIET) as (site, live):
        coming = asyncio.create_task(live.watch([Watched("slow", ADMIN, slow)], ""))
        await asyncio.to_thread(looked.wait)
        await stored(site, live, *order("one", "2017-03-01"))
        go_on.set()
        frames = await coming
        assert rows_of((await next_frame(frames))[2]) == {}
        assert set(rows_of((await next_frame(frames))[2])) == {"ann"}
        await frames.aclose()


async def test_a_board_of_today_turns_at_midnight(tmp_path: Path) -> None:
    """When the day ends, a board of today changes without an event."""
    async with hub(tmp_path) as (site, live):
        site.clock.set("2017-03-01T23:59:59Z")
        await stored(site, live, joined("ann"), *order("one", "2017-03-01"))
        frames = await watched(live, Ask(metric="won_amount", period="today"))
        assert rows_of((await next_frame(frames))[2])["ann"]["value"] == "$10"
        site.clock.set("2017-03-02T00:00:00Z")
        assert rows_of((await next_frame(frames))[2])["ann"]["value"] == "$0"
        await frames.aclose()


async def test_scopes_share_no_channel(tmp_path: Path) -> None:
    """Two askers with different scopes never get each other's frames, even for the same question."""
    async with hub(tmp_path) as (site, live):
        await stored(site, live, joined("ann"), joined("bob"), *order("one", "2017-03-01"))
        own = Scope(person="bob", role="rep")
        everybody, one = await watched(live), await watched(live, scope=own)
        assert set(rows_of((await next_frame(everybody))[2])) == {"ann", "bob"}
        assert set(rows_of((await next_frame(one))[2])) == {"bob"}
        await stored(site, live, *order("two", "2017-03-01"), *order("three", "2017-03-01", owner="bob"))
        assert set(rows_of((await next_frame(everybody))[2])) == {"ann", "bob"}
        assert set(rows_of((await next_frame(one))[2])) == {"bob"}
        await everybody.aclose()
        await one.aclose()


async def test_a_board_that_fails_ends_alone(tmp_path: Path) -> None:
    """When a board cannot be computed any more its viewers are let go; other boards go on."""
    failing = False

    def look(_: Questions) -> tuple[dict[str, Fields], Fields]:
        if failing:
            raise PacelineError("broken")
        return {}, {}

    async with hub(tmp_path) as (site, live):
        broken = await live.watch([Watched("broken", ADMIN, look)], "")
        sound = await watched(live)
        await next_frame(broken)
        await next_frame(sound)
        failing = True
        await stored(site, live, *order("one", "2017-03-01"))
        assert [frame async for frame in broken] == []
        await next_frame(sound)
        await sound.aclose()


async def test_the_end_ends_all(tmp_path: Path) -> None:
    """When the hub stops every stream ends, and no new one begins."""
    async with hub(tmp_path) as (_, live):
        frames = await watched(live)
        await next_frame(frames)
        await live.stop()
        assert [frame async for frame in frames] == []
        with pytest.raises(LiveFull):
            await watched(live, Ask(metric="calls"))


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nothing", 404, "metric_unknown"),
        ("won_amount?period=never", 422, "period_unclear"),
        ("won_amount?by=nobody", 422, "validation"),
        ("won_amount?lang=tlh", 422, "validation"),
        ("won_amount?period=a&period=b", 400, "parameter_repeated"),
    ],
)
async def test_a_bad_question_is_a_problem_before_anything_streams(
    tmp_path: Path, path: str, status: int, code: str
) -> None:
    """What cannot be shown is answered as a problem, never as a stream that breaks."""
    with opened(tmp_path) as site:
        async with site.client(Accept="text/event-stream") as client:
            problem_of(await client.get(f"/live/boards/{path}"), status, code)


async def test_a_server_that_stops_begins_no_stream(tmp_path: Path) -> None:
    """While the server ends, a new viewer is told when to come again."""
    with opened(tmp_path) as site:
        await site.house.live.stop()
        async with site.client() as client:
            answer = await client.get(PATH)
    problem_of(answer, 503, "live_full")
    assert int(answer.headers["retry-after"]) > 0


def events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Yield the events of a stream as a browser reads them."""
    found: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            found[name] = value
        elif "event" in found:
            yield found
            found = {}


async def test_over_a_real_socket(tmp_path: Path) -> None:
    """Over HTTP: the headers of a stream, the board, a change after an event, and the end with the server."""
    with (
        served(tmp_path) as (site, address),
        httpx.Client(base_url=address, timeout=30) as client,
        client.stream("GET", PATH) as answer,
    ):
        read = events(answer.iter_lines())
        assert next(read)["event"] == "board"
        async with httpx.AsyncClient(base_url=address) as sender:
            await send(sender, order("one", "2017-03-01")[0])
            await send(sender, order("one", "2017-03-01")[1])
        while '"$10"' not in next(read)["data"]:
            pass
        assert "paceline_sse_clients 1.0" in client.get("/metrics").text
    headers = answer.headers
    assert headers["content-type"].startswith("text/event-stream")
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
    assert "content-encoding" not in headers
    assert "content-security-policy" in headers
    assert site.house.live.viewers == 0


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_with_an_open_stream(tmp_path: Path, name: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end the process in order while a stream is open: no wait, no trace, exit code 0."""
    with (
        program(tmp_path, "serve", "--port", "0") as server,
        httpx.stream("GET", server.address + PATH, timeout=30) as answer,
    ):
        lines = answer.iter_lines()
        assert next(events(lines))["event"] == "board"
        code, said = server.end(name)
        assert list(lines) == []
    assert code == 0
    assert "Traceback" not in said
    assert "Cancel" not in said
    assert "Aborted" not in said
