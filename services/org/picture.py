"""The organisation at one moment: who was in which team, what was a currency worth, what was to be reached."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from services.calendar import business_days
from services.journal.kinds import State
from services.org.company import Company
from services.org.people import Person
from services.org.pipelines import Pipeline, PipelineStage
from services.org.quotas import Quota
from services.org.rates import Rates
from services.org.teams import Team
from services.period import Clock, Period, parse

# Metric, rep and team, one of the last two empty.
QuotaKey = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation:
    """Everything that boards join when they are read; ids are bare."""

    company: Company = field(default_factory=Company)
    people: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    teams: Mapping[str, Team] = field(default_factory=lambda: MappingProxyType({}))
    quotas: Mapping[QuotaKey, tuple[Quota, ...]] = field(default_factory=lambda: MappingProxyType({}))
    rates: Mapping[str, Rates] = field(default_factory=lambda: MappingProxyType({}))
    pipelines: Mapping[str, Pipeline] = field(default_factory=lambda: MappingProxyType({}))

    def team_of(self, rep: str, day: int) -> str:
        """Return the team of a rep on a day, empty when there is none."""
        person = self.people.get(rep)
        return person.team_on(day) if person else ""

    def teams_above(self, team: str) -> list[str]:
        """Return a team and those above it, nearest first."""
        found: list[str] = []
        while team and team not in found:
            found.append(team)
            above = self.teams.get(team)
            team = above.parent if above else ""
        return found

    def teams_below(self, team: str) -> frozenset[str]:
        """Return a team and all below it."""
        return frozenset(name for name in (*self.teams, team) if team in self.teams_above(name))

    def in_role(self, rep: str, period: Period) -> bool:
        """Return whether a rep was there on any day of a period."""
        person = self.people.get(rep)
        return person is not None and person.in_role(period.first_day, period.last_day)

    def rate(self, currency: str, to: str, day: int) -> Decimal | None:
        """Return the latest rate on or before a day, directly or the other way round; None when there is none."""
        straight = self._rate(currency, to, day)
        if straight is not None:
            return straight
        back = self._rate(to, currency, day)
        return None if back is None else 1 / back

    def _rate(self, currency: str, to: str, day: int) -> Decimal | None:
        rates = self.rates.get(currency)
        if rates is None:
            return None
        known = [rate for rate in rates.rates if rate.to == to]
        place = bisect_right(known, day, key=lambda rate: rate.day)
        return Decimal(known[place - 1].rate) if place else None

    def stage(self, pipeline: str, stage: str) -> PipelineStage | None:
        """Return a stage of a pipeline, None when it was not laid down."""
        known = self.pipelines.get(pipeline)
        return next((one for one in known.stages if one.id == stage), None) if known else None

    def clock(self, today: int) -> Clock:
        """Return what relative periods are relative to."""
        return Clock(today=today, fiscal=self.company.fiscal, week_start=self.company.week_start)

    def target(self, metric: str, period: Period, *, rep: str = "", team: str = "") -> tuple[Decimal, str] | None:
        """Return (amount, currency or "") of a rep's or a team's quota for a period, None when nothing is set.

        A quota of a longer or overlapping period counts for its share of business days; so does a rep who was
        there for part of the period, and each version of a quota for the days that it was in force.
        """
        total, currency, found = Decimal(0), "", False
        for quota in self.quotas.get((metric, rep, team), ()):
            own = parse(quota.period, self.clock(period.first_day))
            first, last = max(own.first_day, period.first_day), min(own.last_day, period.last_day)
            if first <= last:
                currency = currency if found else quota.currency
                found = True
                total += self._prorated(quota, own, first, last) * self._into(quota.currency, currency, period)
        return (total, currency) if found else None

    def _into(self, currency: str, to: str, period: Period) -> Decimal:
        """Return what turns a quota into the currency of those before it; 0 when there is no rate."""
        if currency == to:
            return Decimal(1)
        return self.rate(currency, to, period.last_day) or Decimal(0)

    def _prorated(self, quota: Quota, own: Period, first: int, last: int) -> Decimal:
        """Return what falls to the days of a quota, by the versions in force."""
        whole = business_days(self.company.calendar, own.first_day, own.last_day) or own.days
        person = self.people.get(quota.rep)
        if person:
            first = max(first, person.joined_day)
            last = last if person.left_day is None else min(last, person.left_day)
        total = Decimal(0)
        for index, target in enumerate(quota.targets):
            start = first if index == 0 else max(first, target.day)
            following = quota.targets[index + 1 :]
            stop = min([last, *(later.day - 1 for later in following)])
            if start <= stop:
                total += Decimal(target.amount) * business_days(self.company.calendar, start, stop) / whole
        return total


def picture(roots: Iterable[tuple[str, State]]) -> Organisation:
    """Return the organisation of (subject, state) pairs; other kinds of roots are passed over."""
    company = Company()
    people: dict[str, Person] = {}
    teams: dict[str, Team] = {}
    quotas: dict[QuotaKey, tuple[Quota, ...]] = {}
    rates: dict[str, Rates] = {}
    pipelines: dict[str, Pipeline] = {}
    for subject, state in sorted(roots, key=lambda root: root[0]):
        name = subject.partition("/")[2]
        match state:
            case Company():
                company = state
            case Person():
                people[name] = state
            case Team():
                teams[name] = state
            case Quota():
                key = (state.metric, state.rep, state.team)
                quotas[key] = (*quotas.get(key, ()), state)
            case Rates():
                rates[name] = state
            case Pipeline():
                pipelines[name] = state
            case _:
                continue
    zone = ZoneInfo(company.zone)
    return Organisation(
        company=company,
        people={name: person.in_zone(zone) for name, person in people.items()},
        teams=teams,
        quotas={key: tuple(quota.in_zone(zone) for quota in several) for key, several in quotas.items()},
        rates=rates,
        pipelines=pipelines,
    )
