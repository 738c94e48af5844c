"""Live boards over Server-Sent Events: one board, or all that a browser's tabs show on one connection."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Literal
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Send
from starlette.types import Scope as Connection

from api.asking import HouseHere, ScopeHere
from api.frames import board_look, board_name, glance_look, glance_name
from api.live import Watched
from api.wiring import House
from services.boards.board import By
from services.errors import PeriodUnclear
from services.metrics.registry import metric_of
from services.scope import Scope
from streams.answers.questions import Ask

router = APIRouter(prefix="/live", tags=["live"])

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
BOARDS_MAX = 32
SEND_SECONDS = 20.0
GLANCE = "glance"
Language = Literal["en", "zh-Hans"]
LastId = Annotated[str, Header(alias="Last-Event-ID", max_length=64)]


class EventStream(StreamingResponse):
    """A stream of frames that is given up when its reader takes nothing for long."""

    def __init__(self, frames: AsyncGenerator[bytes], *, send_seconds: float = SEND_SECONDS) -> None:
        super().__init__(frames, media_type="text/event-stream", headers=HEADERS)
        self._frames = frames
        self._send_seconds = send_seconds

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Send until the frames end, the reader leaves, or it takes nothing."""

        async def patiently(message: Message) -> None:
            async with asyncio.timeout(self._send_seconds):
                await send(message)

        parts = (self.stream_response(patiently), self.listen_for_disconnect(receive))
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._frames.aclose()


class BoardUnclear(PeriodUnclear):
    """A name of a board that cannot be read."""

    def __init__(self, name: str) -> None:
        Exception.__init__(self, f"“{name}” names no board. Write metric=won_amount&period=this-quarter&by=rep.")


class _Named(msgspec.Struct, frozen=True):
    """What a name of a board says."""

    metric: str
    period: str = "this-quarter"
    by: By = "rep"
    team: str = ""
    lang: Language = "en"


@router.get("/boards")
async def watch_many(
    house: HouseHere,
    scope: ScopeHere,
    board: Annotated[list[str], Query(min_length=1, max_length=BOARDS_MAX)],
    last_event_id: LastId = "",
) -> EventStream:
    """Send several boards whenever they change; every frame carries the name of its board."""
    return await _stream(house, [_watched(_named(name), scope) for name in dict.fromkeys(board)], last_event_id)


@router.get("/boards/{metric}")
async def watch(
    metric: str,
    house: HouseHere,
    scope: ScopeHere,
    period: Annotated[str, Query(max_length=40)] = "this-quarter",
    by: By = "rep",
    team: Annotated[str, Query(max_length=64)] = "",
    lang: Language = "en",
    last_event_id: LastId = "",
) -> EventStream:
    """Send a board whenever it changes, at most four times a second."""
    named = _Named(metric=metric, period=period, by=by, team=team, lang=lang)
    return await _stream(house, [_watched(named, scope)], last_event_id)


def _named(name: str) -> _Named:
    try:
        return msgspec.convert(dict(parse_qsl(name[:400])), _Named)
    except msgspec.ValidationError:
        raise BoardUnclear(name[:80]) from None


def _watched(named: _Named, scope: Scope) -> Watched:
    """Return what a name stands for: the rows of a board, or the numbers above them."""
    glance = named.metric == GLANCE
    metric = "won_amount" if glance else metric_of(named.metric).id
    ask = Ask(metric=metric, period=named.period, by=named.by, team=named.team or None)
    if glance:
        return Watched(glance_name(ask, named.lang), scope, glance_look(ask, scope, named.lang))
    return Watched(board_name(ask, named.lang), scope, board_look(ask, scope, named.lang))


async def _stream(house: House, boards: list[Watched], last_id: str) -> EventStream:
    frames = await house.live.watch(boards, last_id)
    return EventStream(frames)
