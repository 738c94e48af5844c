"""Exchange rates of one currency, each from a day on."""

import msgspec

from services.days import from_date
from services.events.envelope import Event
from services.events.org import RateSet
from services.journal.entry import Step


class Rate(msgspec.Struct, frozen=True, array_like=True):
    """A rate from a day on: one unit is `rate` (a decimal string) units of `to`."""

    day: int
    to: str
    rate: str


class Rates(msgspec.Struct, frozen=True, array_like=True):
    """The rates of one currency, sorted by day and other currency."""

    rates: tuple[Rate, ...] = ()


def evolve(rates: Rates | None, data: RateSet, event: Event) -> Step[Rates]:
    """Return the rates with one more; the last word about a day and a currency holds."""
    new = Rate(from_date(data.day), data.to, data.rate)
    kept = [rate for rate in (rates or Rates()).rates if (rate.day, rate.to) != (new.day, new.to)]
    return Step(Rates(tuple(sorted([*kept, new], key=lambda rate: (rate.day, rate.to)))))
