"""What is behind a number: a drawer over the board, or a page of its own."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.asking import HouseHere, ScopeHere, ViewHere
from api.site.stages import Stages
from api.site.templates import page
from services.view import LATEST
from streams.answers.questions import Ask
from streams.answers.why import why

router = APIRouter(include_in_schema=False)

PAGE_LINES = 50


@router.get("/why/{metric}", response_class=HTMLResponse)
def behind(
    request: Request,
    metric: str,
    house: HouseHere,
    scope: ScopeHere,
    view: ViewHere,
    rep: Annotated[str, Query(max_length=255)] = "",
    period: Annotated[str, Query(max_length=40)] = "this-quarter",
    offset: Annotated[int, Query(ge=0)] = 0,
) -> HTMLResponse:
    """Show the lines of the journal, and their events, behind one number."""
    ask = Ask(metric=metric, period=period, view=view)
    found = why(house.questions, ask, rep, scope, limit=PAGE_LINES, offset=offset)
    place = next(one for one in found.board.places if one.id == found.rep)
    with house.questions.cut(LATEST) as cut:
        stages = Stages(cut.organisation.pipelines)
    after = offset + len(found.lines)
    return page(
        request,
        "why.html",
        found=found,
        place=place,
        metric=found.board.metric,
        zone=found.board.zone,
        stages=stages,
        offset=offset,
        before=max(offset - PAGE_LINES, 0) if offset else None,
        after=after if after < found.lines_total else None,
    )
