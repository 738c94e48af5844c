"""A line of the journal: an entry cut into the company's business days."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.days import DAY_US, day_of
from services.journal.entry import Entry, Moment


class Posting(NamedTuple):
    """A signed line of the journal; postings that differ in nothing but their amounts add up.

    `day` is a day number; `at_us` is None for date-only facts, which keep their day on boards of every zone;
    `rate_day` is the day whose exchange rate applies, 0 without a currency.
    Amounts: `n` roots, `count_bp` basis points of one countable thing, `amount` minor units or seconds.
    """

    measure: str
    day: int
    rep: str
    currency: str
    rate_day: int
    dims: str
    value: int
    at_us: int | None
    subject: str
    n: int
    count_bp: int
    amount: int


@lru_cache(maxsize=16_384)
def business_day(moment: Moment, zone: ZoneInfo) -> int:
    """Return the day number of a moment in the company's zone; a date-only fact keeps its date."""
    return moment.us // DAY_US if moment.dated else day_of(moment.us, zone)


def post(entry: Entry, zone: ZoneInfo) -> Posting:
    """Return the posting of an entry under a rules version whose business zone is `zone`."""
    day = business_day(entry.at, zone)
    at_us: int | None = None if entry.at.dated else entry.at.us
    if entry.typed_day is not None and entry.typed_day <= day:
        day, at_us = entry.typed_day, None
    rate_day = 0
    if entry.currency:
        rate_day = day if entry.rate_at is None else business_day(entry.rate_at, zone)
    value = entry.value if entry.since is None else _days_since(entry.measure, day - business_day(entry.since, zone))
    return Posting(
        entry.measure,
        day,
        entry.rep,
        entry.currency,
        rate_day,
        entry.dims,
        value,
        at_us,
        entry.subject,
        entry.n,
        entry.count_bp,
        entry.amount,
    )


def _days_since(measure: str, days: int) -> int:
    """Return days as they are posted: a cycle lasts no less than no time, whatever other days stand for.

    Clocks disagree, and close dates are typed that lie before the deal was created.
    """
    return max(days, 0) if measure == "cycle" else days


def postings(added: Iterable[Entry], removed: Sequence[Entry], zone: ZoneInfo) -> list[Posting]:
    """Return the journal lines of a change: reversals first, then new postings; what cancels out is left out."""
    new = list(added)
    if not removed:
        return [post(entry, zone) for entry in new]
    gone: list[Entry] = []
    for entry in removed:
        if entry in new:
            new.remove(entry)
        else:
            gone.append(entry)
    return [post(entry.reversed(), zone) for entry in gone] + [post(entry, zone) for entry in new]
