"""Numbers by holder: plain counts, and money by currency in minor units; nothing is no entry."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

Number = tuple[int, ...] | tuple[tuple[str, int], ...]
Numbers = dict[str, Number]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Business days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Return whether a day lies inside."""
        return self.first <= day <= self.last


def counted(rows: Iterable[tuple[str, int]]) -> Numbers:
    """Return the sum of each holder as a tuple of one whole number."""
    sums: dict[str, int] = defaultdict(int)
    for holder, count in rows:
        sums[holder] += count
    return {holder: (count,) for holder, count in sums.items() if count}


def summed(rows: Iterable[tuple[str, str, int]]) -> Numbers:
    """Return the sorted (currency, minor units) of each holder from rows (holder, currency, units)."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for holder, currency, units in rows:
        sums[holder][currency] += units
    money = {holder: tuple(sorted((c, n) for c, n in held.items() if n)) for holder, held in sums.items()}
    return {holder: amounts for holder, amounts in money.items() if amounts}


def listed(rows: Iterable[tuple[str, int]]) -> Numbers:
    """Return all numbers of each holder in rising order."""
    lists: dict[str, list[int]] = defaultdict(list)
    for holder, number in rows:
        lists[holder].append(number)
    return {holder: tuple(sorted(numbers)) for holder, numbers in lists.items()}
