"""Money in several currencies, each with the day of its exchange rate."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType

from services.metrics.row import Row
from services.money import from_minor, minor_digits

RateOf = Callable[[str, str, int], Decimal | None]


@dataclass(frozen=True, slots=True)
class Purse:
    """Minor units by (currency, day number of the rate)."""

    minor: Mapping[tuple[str, int], int] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, rows: Iterable[Row], *, rate_day: int | None = None) -> "Purse":
        """Return the money of rows; `rate_day` replaces the days of their rates."""
        found: dict[tuple[str, int], int] = defaultdict(int)
        for row in rows:
            if row.currency:
                found[row.currency, row.rate_day if rate_day is None else rate_day] += row.amount
        return cls(found)

    def by_currency(self) -> dict[str, Decimal]:
        """Return the sum of each currency in major units, by code; sums of nothing are left out."""
        sums: dict[str, int] = defaultdict(int)
        for (currency, _), minor in self.minor.items():
            sums[currency] += minor
        return {currency: from_minor(minor, currency) for currency, minor in sorted(sums.items()) if minor}

    def converted(self, to: str, rate_of: RateOf) -> tuple[Decimal, list[int], bool]:
        """Return the total in one currency, the days of the rates used, and whether a rate was missing.

        Money without a rate is left out of the total. Rounded once, at the end, half to even.
        """
        own = sum(minor for (currency, _), minor in self.minor.items() if currency == to)
        total, days, missing = from_minor(own, to), set(), False
        for (currency, day), minor in self.minor.items():
            if not minor or currency == to:
                continue
            rate = rate_of(currency, to, day)
            if rate is None:
                missing = True
                continue
            days.add(day)
            total += from_minor(minor, currency) * rate
        places = Decimal(1).scaleb(-minor_digits(to))
        return total.quantize(places, rounding=ROUND_HALF_EVEN) if days else total, sorted(days), missing
