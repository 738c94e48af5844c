"""The leaderboard: a metric for everybody, ranked, live, with what is behind each number one click away."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.asking import HouseHere, ScopeHere, ViewHere
from api.frames import board_name, glance_name
from api.leaderboard import look, usual_period
from api.site.language import language_of
from api.site.templates import page
from services.boards.board import By
from services.metrics.registry import metric_of, registry
from services.view import HappenedBy
from streams.answers.questions import Ask

router = APIRouter(include_in_schema=False)

MAIN = ("won_amount", "quota_attainment", "deals_won", "win_rate", "deals_created", "open_pipeline", "calls")
PERIODS = (
    "this-week",
    "this-month",
    "this-quarter",
    "this-year",
    "last-week",
    "last-month",
    "last-quarter",
    "last-year",
)


@router.get("/", response_class=HTMLResponse)
def leaderboard(
    request: Request,
    house: HouseHere,
    scope: ScopeHere,
    view: ViewHere,
    metric: Annotated[str, Query(max_length=64)] = "won_amount",
    period: Annotated[str, Query(max_length=40)] = "",
    by: By = "rep",
    team: Annotated[str, Query(max_length=64)] = "",
) -> HTMLResponse:
    """Show the leaderboard; without a period the quarter, or the last one in which anything counts."""
    known = metric_of(metric).id
    ask = Ask(metric=known, period=period or usual_period(house.questions), by=by, view=view, team=team or None)
    moment = request.query_params.get("as_of") or request.query_params.get("happened_by") or ""
    return page(
        request,
        "leaderboard.html",
        shown=look(house.questions, ask, scope),
        metrics=registry(),
        main=MAIN,
        periods=PERIODS,
        ask=ask,
        axis="happened_by" if isinstance(view, HappenedBy) else "as_of",
        moment=moment,
        streams=[name(ask, language_of(request)) for name in (board_name, glance_name)],
    )
