"""Working days and fiscal years."""

from bisect import bisect_right
from datetime import date
from functools import lru_cache
from typing import Literal

import msgspec

from services.days import from_date, to_date

QUARTER_WEEKS = 13
YEAR_WEEKS = 52


class WorkCalendar(msgspec.Struct, frozen=True, array_like=True):
    """Which days are worked: all but the weekend (ISO weekdays) and holidays, plus make-up days (day numbers)."""

    weekend: tuple[int, ...] = (6, 7)
    holidays: tuple[int, ...] = ()
    workdays: tuple[int, ...] = ()

    def is_business_day(self, day: int) -> bool:
        """Return whether a day is worked."""
        if day in self.workdays:
            return True
        return day not in self.holidays and to_date(day).isoweekday() not in self.weekend


@lru_cache(maxsize=256)
def business_days(calendar: WorkCalendar, first_day: int, last_day: int) -> int:
    """Return how many days are worked from the first to the last day, both included."""
    return sum(calendar.is_business_day(day) for day in range(first_day, last_day + 1))


class FiscalCalendar(msgspec.Struct, frozen=True, array_like=True):
    """How the fiscal year is cut; the year is named after the calendar year in which it ends.

    `anchor` is the first day of any 4-4-5 year, as a day number. A 4-4-5 year has 52 weeks; when the next one
    would begin more than 6 days before the anchor's date of the calendar, a 53rd week is added to the last month.
    """

    kind: Literal["months", "4-4-5"] = "months"
    first_month: int = 1
    anchor: int | None = None

    def year_start(self, year: int) -> int:
        """Return the first day of a fiscal year, as a day number."""
        if self.kind == "4-4-5" and self.anchor is not None:
            return self._weeks_start(year)
        begins = year if self.first_month == 1 else year - 1
        return from_date(date(begins, self.first_month, 1))

    def _weeks_start(self, year: int) -> int:
        """Return the day of the anchor's weekday that is nearest to its date in the calendar."""
        anchor = to_date(self.anchor or 0)
        begins = year if (anchor.month, anchor.day) <= (1, 7) else year - 1
        target = from_date(date(begins, anchor.month, min(anchor.day, 28)))
        drift = (target - (self.anchor or 0)) % 7
        return target - drift if drift <= 3 else target + 7 - drift

    def month_starts(self, year: int) -> list[int]:
        """Return the first days of the twelve fiscal months, and of the next year."""
        end = self.year_start(year + 1)
        if self.kind == "4-4-5" and self.anchor is not None:
            first = self.year_start(year)
            weeks = [first + 7 * (QUARTER_WEEKS * (month // 3) + 4 * (month % 3)) for month in range(12)]
            return [*weeks, end]
        first_date = to_date(self.year_start(year))
        months = [first_date.year * 12 + first_date.month - 1 + step for step in range(12)]
        return [*(from_date(date(month // 12, month % 12 + 1, 1)) for month in months), end]

    def quarter(self, year: int, number: int) -> tuple[int, int]:
        """Return the first and the last day of a fiscal quarter, 1 to 4."""
        starts = self.month_starts(year)
        return starts[3 * (number - 1)], starts[3 * number] - 1

    def year_of(self, day: int) -> int:
        """Return the fiscal year that a day is in."""
        around = to_date(day).year
        starts = [self.year_start(year) for year in range(around - 1, around + 3)]
        return around - 2 + bisect_right(starts, day)

    def quarter_of(self, day: int) -> tuple[int, int]:
        """Return the fiscal year and quarter, 1 to 4, that a day is in."""
        year = self.year_of(day)
        return year, (bisect_right(self.month_starts(year)[:12], day) - 1) // 3 + 1
