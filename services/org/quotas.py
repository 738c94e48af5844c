"""A quota: how much of a metric a rep or a team is to reach in a period, version after version."""

from decimal import Decimal

import msgspec

from services.days import DAY_US
from services.events.envelope import Event
from services.events.org import QuotaSet
from services.journal.entry import Step


class Target(msgspec.Struct, frozen=True, array_like=True):
    """One version of a quota: the decimal amount that holds from a day on."""

    day: int
    amount: str
    currency: str = ""


class Quota(msgspec.Struct, frozen=True, array_like=True):
    """A quota with every version of it, oldest first. Exactly one of `rep` and `team` is not empty."""

    metric: str
    period: str
    rep: str
    team: str
    targets: tuple[Target, ...]

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
    target = Target(event.time_us // DAY_US, data.amount, data.currency or "")
    fresh = Quota(data.metric, data.period, data.rep or "", data.team or "", (target,))
    same = quota and (quota.metric, quota.period, quota.rep, quota.team) == (
        fresh.metric,
        fresh.period,
        fresh.rep,
        fresh.team,
    )
    if quota and same:
        return Step(msgspec.structs.replace(fresh, targets=(*quota.targets, target)))
    return Step(fresh)
