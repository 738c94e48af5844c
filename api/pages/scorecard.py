"""A rep's scorecard: the goal, the way there, what is behind it and what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.asking import HouseHere, ScopeHere
from api.frames import board_name
from api.site.language import language_of
from api.site.stages import Stages
from api.site.templates import page
from services.boards.board import Board, Money, Shown
from services.calendar import business_days
from services.errors import RootUnknown
from services.metrics.metric import Metric
from services.metrics.registry import metric_of
from services.period import Period, previous
from services.scope import Scope
from streams.answers.cut import Cut
from streams.answers.names import Names, names_of
from streams.answers.questions import Ask, Questions, board_of, period_of
from streams.answers.scorecard import HeldDeal, held_deals, won_so_far

router = APIRouter(include_in_schema=False)

AGAINST_TEAM = ("won_amount", "deals_won", "win_rate", "average_deal", "sales_cycle_days", "open_pipeline")
ACTIVITIES = ("calls", "meetings", "visits", "emails", "demos", "accounts_touched")
WEEKS = 8
WIDTH, HEIGHT = 640, 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """A number beside what is usual: the median of the team, or of the rep's own weeks before."""

    metric: Metric
    value: Shown
    usual: Shown | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of the chart: its points as SVG wants them, and its values by day of the period."""

    points: str
    values: Sequence[Money]


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """The way through the period: money won so far, the same in the period before, and a straight line to the goal."""

    now: Line
    before: Line
    goal: Money | None
    goal_y: float
    top: Money
    days: Sequence[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scorecard:
    """Everything that the page shows."""

    rep: str
    name: str
    team_name: str
    role: str
    joined: int | None
    left: int | None
    period: Period
    zone: str
    won: Shown
    attainment: Shown
    pace: Shown
    pace_mark: float
    compared: Sequence[Compared]
    activities: Sequence[Compared]
    way: Way
    deals: Sequence[HeldDeal]
    stages: Stages
    today: int

    @property
    def ratio(self) -> Metric:
        """Return the metric that the goal is shown in."""
        return metric_of("quota_attainment")


@router.get("/reps/{rep}", response_class=HTMLResponse)
def scorecard(
    request: Request,
    rep: str,
    house: HouseHere,
    scope: ScopeHere,
    period: Annotated[str, Query(max_length=40)] = "this-quarter",
) -> HTMLResponse:
    """Show a rep's scorecard."""
    card = look(house.questions, rep, period or "this-quarter", scope)
    stream = board_name(Ask(metric="won_amount", period=card.period.label), language_of(request))
    return page(request, "scorecard.html", card=card, stream=stream)


def look(questions: Questions, rep: str, text: str, scope: Scope) -> Scorecard:
    """Return a rep's scorecard; raise `RootUnknown` when there is no such rep, or none the asker may see."""
    names = names_of(questions.connection())
    with questions.cut(Ask(metric="won_amount").view) as cut:
        organisation = cut.organisation
        person = organisation.people.get(rep)
        team = organisation.team_of(rep, cut.today)
        if person is None or not scope.sees_rep(rep, team or None):
            raise RootUnknown(f"rep/{rep}")
        period = period_of(cut, text)
        asker = _Asker(cut, rep, team, scope, names)
        calendar = organisation.company.calendar
        whole = business_days(calendar, period.first_day, period.last_day)
        gone = business_days(calendar, period.first_day, min(cut.today, period.last_day))
        return Scorecard(
            rep=rep,
            name=names.of("rep", rep),
            team_name=names.of("team", team),
            role=person.role_on(cut.today),
            joined=person.joined_day if person.joined_day > 0 else None,
            left=person.left_day,
            period=period,
            zone=cut.rules.zone,
            won=asker.own("won_amount", text),
            attainment=asker.own("quota_attainment", text),
            pace=asker.own("pace", text),
            pace_mark=gone / whole * 100 if whole else 0.0,
            compared=[asker.against_team(metric, text) for metric in AGAINST_TEAM],
            activities=[asker.against_weeks(metric) for metric in ACTIVITIES],
            way=_way(cut, rep, period, organisation.target("won_amount", period, rep=rep)),
            deals=held_deals(cut, rep, scope, names),
            stages=Stages(organisation.pipelines),
            today=cut.today,
        )


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks boards about one rep."""

    cut: Cut
    rep: str
    team: str
    scope: Scope
    names: Names

    def board(self, metric: str, period: str, team: str | None = None) -> Board:
        """Return a board at the cut."""
        return board_of(
            self.cut, metric_of(metric), Ask(metric=metric, period=period, team=team), self.scope, self.names
        )

    def own(self, metric: str, period: str) -> Shown:
        """Return the rep's own value."""
        return _of(self.board(metric, period), self.rep)

    def against_team(self, metric: str, period: str) -> Compared:
        """Return the rep's value beside the median of the team."""
        board = self.board(metric, period, self.team or None)
        values = [place.value for place in board.places if place.value.order is not None]
        return Compared(metric=board.metric, value=_of(board, self.rep), usual=_median(values))

    def against_weeks(self, metric: str) -> Compared:
        """Return this week's value beside the median of the rep's own weeks before."""
        week = period_of(self.cut, "this-week")
        weeks = [
            Period(first_day=week.first_day - 7 * back, last_day=week.first_day - 7 * back + 6, label="")
            for back in range(1, WEEKS + 1)
        ]
        before = [self.own(metric, one.text()) for one in weeks]
        return Compared(metric=metric_of(metric), value=self.own(metric, "this-week"), usual=_median(before))


def _of(board: Board, rep: str) -> Shown:
    return next((place.value for place in board.places if place.id == rep), Shown())


def _median(values: Sequence[Shown]) -> Shown | None:
    """Return the median of values of one kind, None when there are none."""
    orders = [value.order for value in values if value.order is not None]
    if not orders:
        return None
    middle = median(orders)
    money = next((value.money for value in values if value.money), None)
    if money:
        return Shown(money=Money(amount=middle.quantize(Decimal("0.01")), currency=money.currency), sample=len(orders))
    return Shown(number=middle, sample=len(orders))


def _way(cut: Cut, rep: str, period: Period, target: tuple[Decimal, str] | None) -> Way:
    """Return the chart of the period, scaled so that the highest of all lines fits."""
    currency = cut.organisation.company.currency
    earlier = previous(period, cut.organisation.clock(cut.today))
    days = list(range(period.first_day, min(period.last_day, cut.today) + 1))
    now = won_so_far(cut, rep, period)[: len(days)]
    before = won_so_far(cut, rep, earlier)
    goal = target[0] if target and target[0] > 0 and target[1] in ("", currency) else None
    top = max([*now, *before, goal or Decimal(0), Decimal(1)])
    return Way(
        now=_line(now, period.days, top, currency),
        before=_line(before, max(period.days, earlier.days), top, currency),
        goal=None if goal is None else Money(amount=goal, currency=currency),
        goal_y=float(HEIGHT - (goal or 0) / top * HEIGHT),
        top=Money(amount=top, currency=currency),
        days=days,
    )


def _line(values: Sequence[Decimal], days: int, top: Decimal, currency: str) -> Line:
    step = WIDTH / max(days - 1, 1)
    points = " ".join(
        f"{index * step:.1f},{float(HEIGHT - value / top * HEIGHT):.1f}" for index, value in enumerate(values)
    )
    return Line(points=points, values=[Money(amount=value, currency=currency) for value in values])
