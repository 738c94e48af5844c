"""Periods as people write them."""

from datetime import date

import pytest

from services.calendar import FiscalCalendar
from services.days import from_date, month_of
from services.errors import PeriodUnclear
from services.period import Clock, Period, parse, previous, whole_months

TODAY = from_date(date(2017, 3, 15))
CLOCK = Clock(today=TODAY, fiscal=FiscalCalendar())
APRIL = Clock(today=TODAY, fiscal=FiscalCalendar("months", 4), week_start=7)


def days(first: str, last: str) -> range:
    """Return day numbers from a date to another, both included."""
    return range(from_date(date.fromisoformat(first)), from_date(date.fromisoformat(last)) + 1)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2017", "2017-01-01..2017-12-31"),
        ("2017-02", "2017-02-01..2017-02-28"),
        ("2016-02", "2016-02-01..2016-02-29"),
        ("2017-Q1", "2017-01-01..2017-03-31"),
        ("2017-q4", "2017-10-01..2017-12-31"),
        ("2017-01-05..2017-02-06", "2017-01-05..2017-02-06"),
        ("2017-01-05", "2017-01-05..2017-01-05"),
        (" today ", "2017-03-15..2017-03-15"),
        ("yesterday", "2017-03-14..2017-03-14"),
        ("this-week", "2017-03-13..2017-03-19"),
        ("last-week", "2017-03-06..2017-03-12"),
        ("this-month", "2017-03-01..2017-03-31"),
        ("last-month", "2017-02-01..2017-02-28"),
        ("this-quarter", "2017-01-01..2017-03-31"),
        ("last-quarter", "2016-10-01..2016-12-31"),
        ("this-year", "2017-01-01..2017-12-31"),
        ("last-year", "2016-01-01..2016-12-31"),
    ],
)
def test_a_text_names_days(text: str, wanted: str) -> None:
    """Years, quarters, months, days, ranges and relative periods are days, both ends included."""
    assert parse(text, CLOCK).text() == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2017", "2016-04-01..2017-03-31"),
        ("2017-Q1", "2016-04-01..2016-06-30"),
        ("this-quarter", "2017-01-01..2017-03-31"),
        ("this-year", "2016-04-01..2017-03-31"),
        ("last-year", "2015-04-01..2016-03-31"),
        ("2017-02", "2017-02-01..2017-02-28"),
        ("this-week", "2017-03-12..2017-03-18"),
    ],
)
def test_years_and_quarters_are_fiscal_and_weeks_the_companys(text: str, wanted: str) -> None:
    """In a year from April, with weeks from Sunday, only calendar months are as everywhere."""
    assert parse(text, APRIL).text() == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2017-13",
        "2017-Q5",
        "17",
        "2017-02-30",
        "2017-02-02..2017-02-01",
        "soon",
        "next-week",
        "0000",
        "0001-01-01..9999-12-31",
    ],
)
def test_what_names_no_period_is_said(text: str) -> None:
    """A text that names no days, or more than fifty years, is unclear."""
    with pytest.raises(PeriodUnclear):
        parse(text, CLOCK)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2017", "2016-01-01..2016-12-31"),
        ("2017-Q1", "2016-10-01..2016-12-31"),
        ("2017-03", "2017-02-01..2017-02-28"),
        ("2017-01", "2016-12-01..2016-12-31"),
        ("this-week", "2017-03-06..2017-03-12"),
        ("today", "2017-03-14..2017-03-14"),
        ("last-month", "2017-01-01..2017-01-31"),
        ("2017-01-11..2017-01-20", "2017-01-01..2017-01-10"),
    ],
)
def test_the_period_before_is_of_the_same_kind(text: str, wanted: str) -> None:
    """Before a named period comes its like, before a range as many days."""
    assert previous(parse(text, CLOCK), CLOCK).text() == wanted


@pytest.mark.parametrize(
    ("first", "last", "months", "loose"),
    [
        ("2017-01-01", "2017-03-31", 3, 0),
        ("2017-01-15", "2017-04-15", 2, 32),
        ("2017-01-02", "2017-01-31", 0, 30),
        ("2017-01-01", "2017-01-31", 1, 0),
        ("2017-01-15", "2017-02-15", 0, 32),
        ("2016-12-31", "2017-02-01", 1, 2),
    ],
)
def test_whole_months_and_loose_days_make_up_the_period(first: str, last: str, months: int, loose: int) -> None:
    """Whole months inside and loose days around them are the period's days, each once."""
    wanted = days(first, last)
    whole, rest = whole_months(wanted[0], wanted[-1])
    found = [day for day in wanted if month_of(day) in whole] + [day for part in rest for day in part]
    assert sorted(found) == list(wanted)
    assert (len(whole), sum(len(part) for part in rest)) == (months, loose)


def test_a_period_knows_its_length() -> None:
    """Both ends are part of it."""
    assert Period(first_day=3, last_day=5, label="x").days == 3
