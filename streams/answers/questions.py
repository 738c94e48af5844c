"""The questions that the store answers: boards, what is behind a number, and the story of a deal."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import assert_never

from services.boards.board import Board, By, Unranked, ranked, shown
from services.boards.groups import Grouping, empty_group
from services.errors import ViewUnsupported
from services.metrics.metric import Metric, OpenDeal, Question, Value
from services.metrics.registry import metric_of
from services.metrics.row import Group, Row
from services.org.picture import Organisation
from services.period import Period, parse
from services.scope import Scope
from services.view import LATEST, AsOf, HappenedBy, Latest, View
from streams.answers.aliases import OF_ACCOUNTS, OF_MERGED_DEALS, at_home, deals_at_home
from streams.answers.cut import Cut, as_of, latest
from streams.answers.names import Names, names_of
from streams.answers.opendeals import open_deals
from streams.answers.owners import OF_DEALS, owned
from streams.answers.sums import Reading
from streams.history.past import Past
from streams.store.connection import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """What a board is asked: `team` narrows it to a team and those below; `zone` defaults to the company's."""

    metric: str
    period: str = "this-quarter"
    by: By = "rep"
    view: View = LATEST
    team: str | None = None
    zone: str | None = None


class Questions:
    """Answers questions from the store in a file, for any number of threads, each on its own connection."""

    def __init__(self, opening: Callable[[], Connection], *, clock: Callable[[], int]) -> None:
        self._opening = opening
        self.clock = clock
        self.past = Past()
        self._local = threading.local()
        self._opened: list[Connection] = []

    def connection(self) -> Connection:
        """Return this thread's connection."""
        held: Connection | None = getattr(self._local, "connection", None)
        if held is None:
            held = self._local.connection = self._opening()
            self._opened.append(held)
        return held

    @contextmanager
    def cut(self, view: View, *, states: bool = False) -> Iterator[Cut]:
        """Give the cut of a view; `states` says that open deals themselves will be read."""
        connection = self.connection()
        with connection.snapshot():
            match view:
                case Latest():
                    yield latest(connection, view, self.clock())
                case AsOf():
                    known = as_of(connection, view)
                    if not states or known.whole:
                        yield known
                    else:
                        with self.past.store(connection, view, known.rules, known.position) as scratch:
                            yield latest(scratch, view, view.at_us)
                case HappenedBy():
                    now = latest(connection, view, self.clock())
                    with self.past.store(connection, view, now.rules, now.position) as scratch:
                        yield latest(scratch, view, view.at_us)
                case _:
                    assert_never(view)

    def board(self, ask: Ask, scope: Scope) -> Board:
        """Return the board that is asked for, with the rows that the asker may see.

        Raise `MetricUnknown`, `PeriodUnclear` or `BeforeTheJournal`.
        """
        metric = metric_of(ask.metric)
        with self.cut(ask.view, states=metric.states) as cut:
            return board_of(cut, metric, ask, scope, names_of(self.connection()))

    def close(self) -> None:
        """Let go of the store, once no thread asks any more; whoever asks again opens it anew."""
        self.past.close()
        self._local = threading.local()
        while self._opened:
            self._opened.pop().close()


def period_of(cut: Cut, text: str) -> Period:
    """Return the period that a text names at a cut."""
    return parse(text, cut.organisation.clock(cut.today))


def board_of(cut: Cut, metric: Metric, ask: Ask, scope: Scope, names: Names) -> Board:
    """Return the board of a metric at a cut."""
    organisation = cut.organisation
    period = period_of(cut, ask.period)
    zone = ask.zone or cut.rules.zone
    if ask.zone and metric.states:
        raise ViewUnsupported(f"{metric.id} is read from the deals themselves and has no other zone.")
    within = organisation.teams_below(ask.team) if ask.team else None
    grouping = Grouping(organisation=organisation, period=period, scope=scope, within=within)
    rows = rows_of(Reading(cut=cut, period=period, zone=zone), metric)
    deals = open_deals(cut) if metric.states else {}
    seen = _Asker(metric, cut, period, grouping, deals, names, _everybody(cut, period, grouping, deals))
    groups = grouping.by_rep(rows) if ask.by == "rep" else grouping.by_team(rows)
    found = seen.rows(groups, ask.by)
    return Board(
        metric=metric,
        rules=cut.rules.no,
        period=period,
        by=ask.by,
        view=ask.view,
        zone=zone,
        currency=organisation.company.currency,
        places=ranked(found, metric, organisation.company.currency),
        total=shown(seen.value(grouping.together(rows), seen.everybody, None), organisation),
        position=cut.position,
        applied_us=cut.applied_us,
    )


def rows_of(reading: Reading, metric: Metric) -> dict[str, list[Row]]:
    """Return the rows that a metric needs, by measure; those read with their subjects are marked by a star."""
    rows = {measure: reading.sums(measure) for measure in metric.sums}
    rows |= {measure: reading.stock(measure) for measure in metric.stocks}
    for measure in metric.subjects:
        found = reading.subjects(measure)
        if measure in OF_DEALS:
            found = owned(reading.cut, found)
        if measure in OF_MERGED_DEALS:
            found = deals_at_home(reading.cut, found)
        rows[f"{measure}*"] = at_home(reading.cut, found) if measure in OF_ACCOUNTS else found
    return rows


def _everybody(cut: Cut, period: Period, grouping: Grouping, deals: Mapping[str, list[OpenDeal]]) -> frozenset[str]:
    """Return the people in role in a period, and those who hold open deals, whom the asker sees."""
    organisation = cut.organisation
    in_role = {rep for rep in organisation.people if organisation.in_role(rep, period)}
    return frozenset(rep for rep in {*in_role, *deals} if grouping.sees(rep))


@dataclass(frozen=True, slots=True)
class _Asker:
    """Puts one question about every row of a board."""

    metric: Metric
    cut: Cut
    period: Period
    grouping: Grouping
    deals: dict[str, list[OpenDeal]]
    names: Names
    everybody: frozenset[str]

    @property
    def organisation(self) -> Organisation:
        """Return the organisation of the cut."""
        return self.cut.organisation

    def value(self, group: Group, reps: frozenset[str], team: str | None) -> Value:
        """Return the metric's value for a group of rows."""
        held = tuple(deal for rep in sorted(reps) for deal in self.deals.get(rep, ()))
        return self.metric.formula(
            group,
            Question(
                period=self.period,
                organisation=self.organisation,
                today=self.cut.today,
                now_us=self.cut.now_us,
                open_deals=held,
                reps=reps,
                team=team,
            ),
        )

    def rows(self, groups: dict[str, Group], by: By) -> list[Unranked]:
        """Return a row for everybody with postings or in role, or for every team."""
        if by == "rep":
            return [self._rep_row(rep, groups.get(rep)) for rep in sorted({*groups, *self.everybody})]
        return [self._team_row(team, groups.get(team)) for team in sorted({*groups, *self._teams()})]

    def _teams(self) -> set[str]:
        within, scope = self.grouping.within, self.grouping.scope
        known = set(self.organisation.teams) if within is None else set(within)
        held = {self._team_of(rep) for rep in self.deals if rep in self.everybody}
        return held | {team for team in known if scope.role == "admin" or team in scope.teams}

    def _team_of(self, rep: str) -> str:
        return self.organisation.team_of(rep, self.period.last_day)

    def _rep_row(self, rep: str, group: Group | None) -> Unranked:
        team = self._team_of(rep)
        value = self.value(group or empty_group(), frozenset({rep}), None)
        return Unranked(
            id=rep,
            name=self.names.of("rep", rep),
            team=team,
            team_name=self.names.of("team", team),
            value=shown(value, self.organisation),
        )

    def _team_row(self, team: str, group: Group | None) -> Unranked:
        below = self.organisation.teams_below(team) if team else frozenset({""})
        reps = frozenset(rep for rep in self.everybody if self._team_of(rep) in below)
        value = self.value(group or empty_group(), reps, team)
        above = self.organisation.teams.get(team)
        parent = above.parent if above else ""
        return Unranked(
            id=team,
            name=self.names.of("team", team),
            team=parent,
            team_name=self.names.of("team", parent),
            value=shown(value, self.organisation),
        )
