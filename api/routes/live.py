"""Live boards over Server-Sent Events."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from api.asking import HouseHere, ScopeHere
from api.frames import renderer
from services.boards.board import By
from services.metrics.registry import metric_of
from streams.questions import Ask

router = APIRouter(prefix="/live", tags=["live"])

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
Language = Literal["en", "zh-Hans"]


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
) -> StreamingResponse:
    """Send a board whenever it changes, at most four times a second."""
    metric_of(metric)
    ask = Ask(metric=metric, period=period, by=by, team=team or None)
    key = "|".join((metric, period, by, team or "", lang, repr(scope)))

    async def frames() -> AsyncIterator[bytes]:
        async for frame in house.live.watch(key, ask, scope, renderer(lang), last_event_id):
            yield frame

    return StreamingResponse(frames(), media_type="text/event-stream", headers=HEADERS)
