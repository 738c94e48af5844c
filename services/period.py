"""Periods of days, as people write them: 2017, 2017-Q1, 2017-03, FROM..TO, this-week."""

import re
from dataclasses import dataclass, replace
from datetime import date

from services.calendar import FiscalCalendar
from services.days import from_date, month_of, month_start, to_date
from services.errors import PeriodUnclear

_YEAR = re.compile(r"^(\d{4})$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_QUARTER = re.compile(r"^(\d{4})-[Qq]([1-4])$")
_RANGE = re.compile(r"^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$")
_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})$")
_RELATIVE = re.compile(r"^(this|last)-(week|month|quarter|year)$")

DAYS_MAX = 366 * 50
# Days that every calendar here can count around; events lie well inside.
FIRST_DAY, LAST_DAY = from_date(date(1900, 1, 1)), from_date(date(9998, 12, 31))


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Days from the first to the last, both included, as day numbers; `label` is how it was asked for."""

    first_day: int
    last_day: int
    label: str

    @property
    def days(self) -> int:
        """Return how many days the period has."""
        return self.last_day - self.first_day + 1

    def text(self) -> str:
        """Return the period as FROM..TO."""
        return f"{to_date(self.first_day)}..{to_date(self.last_day)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """What relative periods are relative to: today and the company's week and fiscal year."""

    today: int
    fiscal: FiscalCalendar
    week_start: int = 1


def parse(text: str, clock: Clock) -> Period:
    """Return the period that a text names; raise `PeriodUnclear` when it names none.

    Years and quarters are fiscal; FROM..TO is inclusive; relative periods reach to their end, not to today.
    """
    text = text.strip()
    found = _relative(text, clock) or _absolute(text, clock.fiscal)
    if found is None or not 0 < found[1] - found[0] + 1 <= DAYS_MAX:
        raise PeriodUnclear(text)
    if found[0] < FIRST_DAY or found[1] > LAST_DAY:
        raise PeriodUnclear(text)
    return Period(first_day=found[0], last_day=found[1], label=text)


def _absolute(text: str, fiscal: FiscalCalendar) -> tuple[int, int] | None:
    try:
        if match := _YEAR.match(text):
            year = int(match[1])
            return fiscal.year_start(year), fiscal.year_start(year + 1) - 1
        if match := _QUARTER.match(text):
            return fiscal.quarter(int(match[1]), int(match[2]))
        if match := _MONTH.match(text):
            return _month(month_of(from_date(date(int(match[1]), int(match[2]), 1))))
        if match := _RANGE.match(text):
            return from_date(date.fromisoformat(match[1])), from_date(date.fromisoformat(match[2]))
        if match := _DAY.match(text):
            day = from_date(date.fromisoformat(match[1]))
            return day, day
    except (ValueError, OverflowError):
        raise PeriodUnclear(text) from None
    return None


def _month(month: int) -> tuple[int, int]:
    return month_start(month), month_start(month + 1) - 1


def _relative(text: str, clock: Clock) -> tuple[int, int] | None:
    if text in ("today", "yesterday"):
        day = clock.today - (text == "yesterday")
        return day, day
    match = _RELATIVE.match(text)
    if match is None:
        return None
    back = 1 if match[1] == "last" else 0
    if match[2] == "week":
        start = clock.today - (to_date(clock.today).isoweekday() - clock.week_start) % 7 - 7 * back
        return start, start + 6
    if match[2] == "month":
        return _month(month_of(clock.today) - back)
    year, number = clock.fiscal.quarter_of(clock.today)
    if match[2] == "quarter":
        index = year * 4 + number - 1 - back
        return clock.fiscal.quarter(index // 4, index % 4 + 1)
    return clock.fiscal.year_start(year - back), clock.fiscal.year_start(year - back + 1) - 1


def previous(period: Period, clock: Clock) -> Period:
    """Return the period before: the same kind where it has a name, else as many days before it."""
    named = {"this-": "last-", "today": "yesterday"}
    for start, before in named.items():
        if period.label.startswith(start):
            return parse(before + period.label.removeprefix(start), clock)
    if period.label.startswith("last-"):
        earlier = parse(period.label, replace(clock, today=period.first_day))
        return replace(earlier, label=earlier.text())
    if match := _QUARTER.match(period.label):
        index = int(match[1]) * 4 + int(match[2]) - 2
        return parse(f"{index // 4}-Q{index % 4 + 1}", clock)
    if match := _MONTH.match(period.label):
        first, last = _month(month_of(period.first_day) - 1)
        return Period(first_day=first, last_day=last, label=str(to_date(first))[:7])
    if match := _YEAR.match(period.label):
        return parse(str(int(match[1]) - 1), clock)
    first = period.first_day - period.days
    return Period(
        first_day=first, last_day=period.first_day - 1, label=f"{to_date(first)}..{to_date(period.first_day - 1)}"
    )


def whole_months(first_day: int, last_day: int) -> tuple[range, list[range]]:
    """Return the months wholly inside (as months since 1970-01) and the loose days around them as day ranges."""
    start = month_of(first_day) if first_day == month_start(month_of(first_day)) else month_of(first_day) + 1
    stop = month_of(last_day + 1)
    if start >= stop:
        return range(0), [range(first_day, last_day + 1)]
    loose = [range(first_day, month_start(start)), range(month_start(stop), last_day + 1)]
    return range(start, stop), [days for days in loose if days]
