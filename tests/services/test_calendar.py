"""Working days and fiscal years: any first month, and 4-4-5 weeks."""

from datetime import date
from itertools import pairwise

import pytest

from services.calendar import FiscalCalendar, WorkCalendar, business_days
from services.days import from_date, to_date


def number(text: str) -> int:
    """Return the day number of a date."""
    return from_date(date.fromisoformat(text))


def test_business_days_leave_out_weekends_and_holidays_and_take_in_make_up_days() -> None:
    """Of the seven days of a week five are worked, less a holiday, plus a Saturday."""
    week = number("2017-01-23"), number("2017-01-29")
    assert business_days(WorkCalendar(), *week) == 5
    assert business_days(WorkCalendar(holidays=(number("2017-01-27"),)), *week) == 4
    assert business_days(WorkCalendar(holidays=(number("2017-01-27"),), workdays=(number("2017-01-28"),)), *week) == 5
    assert business_days(WorkCalendar(weekend=(5,)), *week) == 6


def test_a_make_up_day_that_is_a_holiday_too_is_worked() -> None:
    """The special word about a day goes before the general one."""
    day = number("2017-01-28")
    assert business_days(WorkCalendar(holidays=(day,), workdays=(day,)), day, day) == 1


def test_an_empty_stretch_has_no_business_days() -> None:
    """A period that ends before it begins has none."""
    assert business_days(WorkCalendar(), number("2017-01-10"), number("2017-01-09")) == 0


@pytest.mark.parametrize("first_month", range(1, 13))
def test_fiscal_years_of_months_follow_each_other_without_gaps(first_month: int) -> None:
    """Every day of some years is in exactly one quarter, and that quarter contains it."""
    fiscal = FiscalCalendar("months", first_month)
    for day in range(number("2015-01-01"), number("2018-12-31"), 5):
        year, quarter = fiscal.quarter_of(day)
        first, last = fiscal.quarter(year, quarter)
        assert first <= day <= last
        assert to_date(fiscal.year_start(year)).month == first_month
        assert fiscal.year_start(year) <= day < fiscal.year_start(year + 1)


def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends() -> None:
    """A year from April 2016 to March 2017 is 2017; one from January is its own."""
    assert to_date(FiscalCalendar("months", 4).year_start(2017)) == date(2016, 4, 1)
    assert to_date(FiscalCalendar().year_start(2017)) == date(2017, 1, 1)


@pytest.mark.parametrize("anchor", ["2017-01-01", "2016-02-01", "2017-01-29", "2016-06-27", "2012-12-31"])
def test_4_4_5_years_have_52_or_53_whole_weeks(anchor: str) -> None:
    """Quarters have 13 weeks cut 4, 4 and 5; only the last month may have one more."""
    fiscal = FiscalCalendar("4-4-5", 1, number(anchor))
    for year in range(2008, 2030):
        starts = fiscal.month_starts(year)
        weeks = [(after - before) / 7 for before, after in pairwise(starts)]
        assert weeks[:11] == [4, 4, 5] * 3 + [4, 4]
        assert weeks[11] in (5, 6)
        assert to_date(starts[0]).weekday() == date.fromisoformat(anchor).weekday()
        assert starts[-1] == fiscal.year_start(year + 1)


@pytest.mark.parametrize("anchor", ["2017-01-01", "2016-02-01", "2017-01-29", "2016-06-27", "2012-12-31"])
def test_the_anchor_begins_a_4_4_5_year(anchor: str) -> None:
    """The day that was named as the beginning of a year is one, and every day has its quarter."""
    fiscal = FiscalCalendar("4-4-5", 1, number(anchor))
    assert fiscal.year_start(fiscal.year_of(number(anchor))) == number(anchor)
    for day in range(number("2015-01-01"), number("2019-12-31"), 3):
        first, last = fiscal.quarter(*fiscal.quarter_of(day))
        assert first <= day <= last
