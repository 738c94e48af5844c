"""The leaderboard: a metric for everybody, ranked, live, with what is behind each number one click away."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.asking import HouseHere, ScopeHere, ViewHere
from api.site.templates import page
from services.boards.board import Board, By, Place, Shown, share_of_best
from services.calendar import WorkCalendar, business_days
from services.metrics.metric import Metric
from services.metrics.registry import metric_of, registry
from services.period import Period, previous
from services.scope import Scope
from services.view import Latest
from streams.names import names_of
from streams.questions import Ask, Questions
from streams.teams import Team, teams_of

router = APIRouter(include_in_schema=False)

MAIN = ("won_amount", "quota_attainment", "deals_won", "win_rate", "deals_created", "open_pipeline", "calls")
STRIP = ("won_amount", "quota_attainment", "deals_won", "average_deal", "win_rate")
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
WITH_QUOTA = ("won_amount", "quota_attainment")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number of the strip with its change against as many days of the period before.

    :ivar change: relative change, None when there is nothing to compare with; ratios change in points.
    """

    metric: Metric
    value: Shown
    change: Decimal | None
    better: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row with the length of its bar in per cent, and its share of the quota where there is one."""

    place: Place
    bar: float
    reached: Shown | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaderboard:
    """Everything that the page shows.

    :ivar pace: the share of business days gone, in per cent, where the bars are shares of quotas.
    """

    board: Board
    rows: Sequence[Row]
    figures: Sequence[Figure]
    teams: Sequence[Team]
    pace: float | None
    live: bool
    known: bool


@router.get("/", response_class=HTMLResponse)
def leaderboard(
    request: Request,
    house: HouseHere,
    scope: ScopeHere,
    view: ViewHere,
    metric: Annotated[str, Query(max_length=64)] = "won_amount",
    period: Annotated[str, Query(max_length=40)] = "this-quarter",
    by: By = "rep",
    team: Annotated[str, Query(max_length=64)] = "",
) -> HTMLResponse:
    """Show the leaderboard."""
    ask = Ask(metric=metric_of(metric).id, period=period or "this-quarter", by=by, view=view, team=team or None)
    shown = look(house.questions, ask, scope)
    return page(
        request,
        "leaderboard.html",
        shown=shown,
        metrics=registry(),
        main=MAIN,
        periods=PERIODS,
        ask=ask,
        moment=request.query_params.get("as_of") or request.query_params.get("happened_by") or "",
    )


def look(questions: Questions, ask: Ask, scope: Scope) -> Leaderboard:
    """Return the leaderboard for a question."""
    board = questions.board(ask, scope)
    with_quota = ask.metric in WITH_QUOTA
    reached = _by_id(questions.board(_about(ask, "quota_attainment"), scope)) if with_quota else {}
    shares = share_of_best(board.places)
    rows = [_row(place, shares, reached) for place in board.places]
    bars_are_quotas = any(row.reached and row.reached.number is not None for row in rows)
    with questions.cut(ask.view) as cut:
        pace = _pace(board.period, cut.today, cut.organisation.company.calendar) if bars_are_quotas else None
        before = previous(board.period, cut.organisation.clock(cut.today))
        elapsed = min(cut.today, board.period.last_day) - board.period.first_day + 1
        teams = teams_of(cut, names_of(questions.connection()))
    return Leaderboard(
        board=board,
        rows=rows,
        figures=_strip(questions, ask, scope, board.period.first_day, before, max(elapsed, 1)),
        teams=teams,
        pace=pace,
        live=isinstance(ask.view, Latest),
        known=board.position > 0,
    )


def _about(ask: Ask, metric: str, period: str | None = None) -> Ask:
    return Ask(metric=metric, period=period or ask.period, by=ask.by, view=ask.view, team=ask.team)


def _by_id(board: Board) -> dict[str, Shown]:
    return {place.id: place.value for place in board.places}


def _row(place: Place, shares: dict[str, float], reached: dict[str, Shown]) -> Row:
    """Return a row; its bar is its share of the quota, capped at 125 %, or else of the best."""
    own = reached.get(place.id)
    if own and own.number is not None:
        return Row(place=place, bar=min(float(own.number), 1.25) / 1.25 * 100, reached=own)
    return Row(place=place, bar=0.0 if reached else shares.get(place.id, 0.0) * 100, reached=own)


def _pace(period: Period, today: int, calendar: WorkCalendar) -> float | None:
    whole = business_days(calendar, period.first_day, period.last_day)
    gone = business_days(calendar, period.first_day, min(today, period.last_day))
    return gone / whole / 1.25 * 100 if whole else None


def _strip(questions: Questions, ask: Ask, scope: Scope, first_day: int, before: Period, days: int) -> list[Figure]:
    """Return the numbers above the table, each against as many days of the period before."""
    last = min(before.first_day + days - 1, before.last_day)
    earlier = Period(first_day=before.first_day, last_day=last, label="").text()
    so_far = Period(first_day=first_day, last_day=first_day + days - 1, label="").text()
    found: list[Figure] = []
    for metric in STRIP:
        now = questions.board(_about(ask, metric), scope).total
        then = questions.board(_about(ask, metric, earlier), scope).total
        # A whole period's quota is no measure for a part of the period before.
        level = questions.board(_about(ask, metric, so_far), scope).total if metric == "quota_attainment" else now
        change = _change(level, then, ratio=metric_of(metric).unit == "ratio")
        found.append(
            Figure(metric=metric_of(metric), value=now, change=change, better=change is not None and change > 0)
        )
    return found


def _change(now: Shown, then: Shown, *, ratio: bool) -> Decimal | None:
    """Return how a value changed: relative to before, or in points for ratios."""
    new, old = now.order, then.order
    if new is None or old is None:
        return None
    if ratio:
        return new - old
    if now.money and then.money and now.money.currency != then.money.currency:
        return None
    return (new - old) / abs(old) if old else None
