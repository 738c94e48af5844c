"""A quota: how much of a metric a rep or a team is to reach in a period, version after version."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from services.days import DAY_US, day_of
from services.events.envelope import Event
from services.events.org import QuotaSet
from services.journal.entry import Step


class Target(msgspec.Struct, frozen=True, array_like=True):
    """One version of a quota: the decimal amount that holds from a day on.

    :ivar at_us: the exact moment, None when only the date is known; its day is that of the company's zone.
    """

    day: int
    amount: str
    currency: str = ""
    at_us: int | None = None


class Quota(msgspec.Struct, frozen=True, array_like=True):
    """A quota with every version of it, oldest first. Exactly one of `rep` and `team` is not empty."""

    metric: str
    period: str
    rep: str
    team: str
    targets: tuple[Target, ...]

    def in_zone(self, zone: ZoneInfo) -> "Quota":
        """Return the quota with every exact moment cut into a day of a zone."""
        cut = (one if one.at_us is None else replace(one, day=day_of(one.at_us, zone)) for one in self.targets)
        return replace(self, targets=tuple(cut))

    @property
    def amount(self) -> Decimal:
        """Return the version in force last, in major units."""
        return Decimal(self.targets[-1].amount)

    @property
    def currency(self) -> str:
        """Return the currency of the version in force last, empty for plain numbers."""
        return self.targets[-1].currency


def evolve(quota: Quota | None, data: QuotaSet, event: Event) -> Step[Quota]:
    """Return the quota with one more version; a change of whose, what or when begins anew."""
    exact = None if event.date_only else event.time_us
    target = Target(event.time_us // DAY_US, data.amount, data.currency or "", exact)
    fresh = Quota(data.metric, data.period, data.rep or "", data.team or "", (target,))
    same = quota and (quota.metric, quota.period, quota.rep, quota.team) == (
        fresh.metric,
        fresh.period,
        fresh.rep,
        fresh.team,
    )
    if quota and same:
        return Step(replace(fresh, targets=(*quota.targets, target)))
    return Step(fresh)
