"""Live boards over Server-Sent Events."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.asking import HouseHere, ScopeHere
from api.frames import renderer
from services.boards.board import By
from streams.questions import Ask

router = APIRouter(prefix="/live", tags=["live"])

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
SEND_SECONDS = 20.0
Language = Literal["en", "zh-Hans"]


class EventStream(StreamingResponse):
    """A stream of frames that is given up when its reader takes nothing for long."""

    def __init__(self, frames: AsyncGenerator[bytes], *, send_seconds: float = SEND_SECONDS) -> None:
        super().__init__(frames, media_type="text/event-stream", headers=HEADERS)
        self._frames = frames
        self._send_seconds = send_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
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


@router.get("/boards/{metric}")
async def watch(
    metric: str,
    house: HouseHere,
    scope: ScopeHere,
    period: Annotated[str, Query(max_length=40)] = "this-quarter",
    by: By = "rep",
    team: Annotated[str | None, Query(max_length=64)] = None,
    lang: Language = "en",
    last_event_id: Annotated[str, Header(alias="Last-Event-ID")] = "",
) -> "EventStream":
    """Send a board whenever it changes, at most four times a second."""
    ask = Ask(metric=metric, period=period, by=by, team=team or None)
    channel = await house.live.open(ask, scope, lang, renderer(lang))
    return EventStream(house.live.watch(channel, last_event_id))
