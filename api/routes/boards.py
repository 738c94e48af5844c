"""Boards, and what is behind their numbers."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.asking import HouseHere, ScopeHere, ViewHere
from api.exports import board_rows, csv_text
from api.render import board_json, explanation_json
from api.responses import json_response
from api.viewing import checked_zone
from services.boards.board import By
from streams.answers.questions import Ask
from streams.answers.why import LINES_MAX, why

router = APIRouter(prefix="/api", tags=["boards"])

OFFSET_MAX = 2**31 - 1
Period = Annotated[str, Query(max_length=40, description="2017-Q1, 2017-03, FROM..TO, this-week …")]
Zone = Annotated[str | None, Query(max_length=64, description="Another zone than the company's.")]
Team = Annotated[str | None, Query(max_length=64, description="Only this team and those below.")]


@router.get("/boards/{metric}")
def board(
    metric: str,
    house: HouseHere,
    scope: ScopeHere,
    view: ViewHere,
    period: Period = "this-quarter",
    by: By = "rep",
    team: Team = None,
    zone: Zone = None,
    format: Annotated[str, Query(pattern="^(json|csv)$")] = "json",
) -> Response:
    """Return the board of a metric, as JSON or as CSV of exactly what is shown."""
    ask = Ask(metric=metric, period=period, by=by, view=view, team=team, zone=checked_zone(zone))
    found = house.questions.board(ask, scope)
    if format == "csv":
        name = f"{metric}-{found.period.text()}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(csv_text(board_rows(found)), media_type="text/csv; charset=utf-8", headers=headers)
    return json_response(board_json(found))


@router.get("/why/{metric}")
def behind(
    metric: str,
    house: HouseHere,
    scope: ScopeHere,
    view: ViewHere,
    rep: Annotated[str, Query(max_length=255, description="Id or name of a rep.")],
    period: Period = "this-quarter",
    limit: Annotated[int, Query(ge=1, le=LINES_MAX)] = 100,
    offset: Annotated[int, Query(ge=0, le=OFFSET_MAX)] = 0,
) -> Response:
    """Return the lines of the journal, and their events, behind one number."""
    ask = Ask(metric=metric, period=period, view=view)
    return json_response(explanation_json(why(house.questions, ask, rep, scope, limit=limit, offset=offset)))
