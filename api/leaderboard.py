"""What a leaderboard shows: ranked rows with bars and moves, and the numbers above them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from services.boards.board import Board, Place, Shown, share_of_best
from services.calendar import WorkCalendar, business_days
from services.metrics.metric import Metric
from services.metrics.registry import metric_of
from services.period import Period, previous
from services.scope import Scope
from services.view import LATEST, Latest
from streams.answers.cut import Cut
from streams.answers.names import Names, names_of
from streams.answers.quarters import quarters_of
from streams.answers.questions import Ask, Questions, board_of, period_of
from streams.answers.teams import Team, teams_of
from streams.answers.trend import NO_WEEKS, won_by_week

STRIP = ("won_amount", "quota_attainment", "deals_won", "average_deal", "win_rate")
WITH_QUOTA = ("won_amount", "quota_attainment")
# Measured against a quota or days of a whole period: a part of it would rank people differently.
OF_WHOLE_PERIODS = ("quota_attainment", "pace", "pipeline_coverage", "sales_velocity")
# A bar is as long as 125 % of a quota, which stands at four fifths of it.
QUOTA_AT = 80.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number of the strip with its change against as many days of the period before.

    :ivar change: relative change, None when there is nothing to compare with; ratios change in points.
    """

    metric: Metric
    value: Shown
    change: Decimal | None

    @property
    def way(self) -> Literal["up", "down", "same", "none"]:
        """Return where the value went."""
        if self.change is None:
            return "none"
        return "same" if self.change == 0 else "up" if self.change > 0 else "down"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row with the length of its bar in per cent, and its share of the quota where there is one.

    :ivar tied: whether others have the same rank.
    :ivar before: the rank without what counts on today, None where that says nothing.
    :ivar weeks: what was won in each of the last weeks; empty where that is not shown.
    """

    place: Place
    bar: float
    reached: Shown | None
    tied: bool
    before: int | None
    weeks: Sequence[Decimal]


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaderboard:
    """Everything that the page shows.

    :ivar quarters: those in which anything counts, the newest first.
    :ivar gone: the share of business days gone, 0 to 1, where the bars are shares of quotas.
    """

    board: Board
    rows: Sequence[Row]
    figures: Sequence[Figure]
    teams: Sequence[Team]
    quarters: Sequence[str]
    gone: float | None
    live: bool
    known: bool

    @property
    def pace(self) -> float | None:
        """Return where on a bar a straight line to the quota stands today, in per cent of its length."""
        return None if self.gone is None else self.gone * QUOTA_AT


def look(questions: Questions, ask: Ask, scope: Scope) -> Leaderboard:
    """Return the leaderboard for a question; all its numbers are of one moment."""
    metric = metric_of(ask.metric)
    names = names_of(questions.connection())
    with questions.cut(ask.view, states=metric.states) as cut:
        asker = _Asker(cut, ask, scope, names)
        board = asker.board(ask.metric)
        rows = _rows(board, asker)
        with_quota = any(row.reached and row.reached.number is not None for row in rows)
        return Leaderboard(
            board=board,
            rows=rows,
            figures=_strip(asker, board.period),
            teams=teams_of(cut, names),
            quarters=quarters_of(cut),
            gone=_gone(board.period, cut.today, cut.organisation.company.calendar) if with_quota else None,
            live=isinstance(ask.view, Latest),
            known=board.position > 0,
        )


def usual_period(questions: Questions) -> str:
    """Return this quarter, or the last one in which anything counts when that is over."""
    with questions.cut(LATEST) as cut:
        year, number = cut.organisation.company.fiscal.quarter_of(cut.today)
        quarters = quarters_of(cut)
    return "this-quarter" if not quarters or quarters[0] >= f"{year}-Q{number}" else quarters[0]


def look_at_rows(questions: Questions, ask: Ask, scope: Scope) -> tuple[Board, list[Row]]:
    """Return a board with its rows as they stand now, without what does not move with every event."""
    metric = metric_of(ask.metric)
    with questions.cut(ask.view, states=metric.states) as cut:
        asker = _Asker(cut, ask, scope, names_of(questions.connection()))
        board = asker.board(ask.metric)
        return board, _rows(board, asker, with_moves=False)


def look_at_figures(questions: Questions, ask: Ask, scope: Scope) -> list[Figure]:
    """Return the numbers above the rows."""
    with questions.cut(ask.view) as cut:
        return _strip(_Asker(cut, ask, scope, Names({})), period_of(cut, ask.period))


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks boards of the same people at one cut."""

    cut: Cut
    ask: Ask
    scope: Scope
    names: Names

    def board(self, metric: str, period: str = "") -> Board:
        """Return the board of a metric, of the period that is asked for or of another."""
        asked = replace(self.ask, metric=metric, period=period or self.ask.period)
        return board_of(self.cut, metric_of(metric), asked, self.scope, self.names)


def _rows(board: Board, asker: _Asker, *, with_moves: bool = True) -> list[Row]:
    reached: dict[str, Shown] = {}
    if board.metric.id in WITH_QUOTA:
        found = {place.id: place.value for place in asker.board("quota_attainment").places}
        # Where nobody has a quota, bars are shares of the best.
        reached = found if any(value.number is not None for value in found.values()) else {}
    shares = share_of_best(board.places)
    ranks = Counter(place.rank for place in board.places)
    before = _before(board, asker) if with_moves else {}
    with_weeks = board.by == "rep" and "won" in board.metric.sums and asker.cut.whole
    weeks = won_by_week(asker.cut) if with_weeks else {}
    return [
        Row(
            place=place,
            bar=_bar(reached.get(place.id), shares.get(place.id, 0.0), quotas=bool(reached)),
            reached=reached.get(place.id),
            tied=place.rank is not None and ranks[place.rank] > 1,
            before=before.get(place.id) if place.rank is not None else None,
            weeks=weeks.get(place.id, NO_WEEKS) if with_weeks else (),
        )
        for place in board.places
    ]


def _before(board: Board, asker: _Asker) -> dict[str, int]:
    """Return the ranks without what counts on today; empty where a part of the period is no measure."""
    period, today = board.period, asker.cut.today
    if board.metric.states or board.metric.id in OF_WHOLE_PERIODS or not period.first_day < today <= period.last_day:
        return {}
    earlier = asker.board(board.metric.id, replace(period, last_day=today - 1).text())
    return {place.id: place.rank for place in earlier.places if place.rank is not None}


def _bar(own: Shown | None, share: float, *, quotas: bool) -> float:
    """Return the length of a bar: its share of the quota, capped, or else of the best."""
    if own and own.number is not None:
        return min(float(own.number) * QUOTA_AT, 100.0)
    return 0.0 if quotas else share * 100


def _gone(period: Period, today: int, calendar: WorkCalendar) -> float | None:
    whole = business_days(calendar, period.first_day, period.last_day)
    gone = business_days(calendar, period.first_day, min(today, period.last_day))
    return gone / whole if whole else None


def _strip(asker: _Asker, period: Period) -> list[Figure]:
    """Return the numbers above the table, each against as many days of the period before."""
    cut = asker.cut
    days = max(min(cut.today, period.last_day) - period.first_day + 1, 1)
    before = previous(period, cut.organisation.clock(cut.today))
    last = min(before.first_day + days - 1, before.last_day)
    earlier = replace(before, last_day=last).text()
    so_far = replace(period, last_day=period.first_day + days - 1).text()
    found: list[Figure] = []
    for metric in STRIP:
        now = asker.board(metric).total
        then = asker.board(metric, earlier).total
        # A whole period's quota is no measure for a part of the period before.
        level = asker.board(metric, so_far).total if metric == "quota_attainment" else now
        change = _change(level, then, ratio=metric_of(metric).unit == "ratio")
        found.append(Figure(metric=metric_of(metric), value=now, change=change))
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
