"""Day numbers: exact moments cut by zones, through clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.days import (
    DAY_US,
    day_of,
    from_date,
    from_time,
    month_of,
    month_start,
    start_of,
    to_date,
    to_time,
)

ZONES = [
    "UTC",
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
]


def test_days_count_from_1970() -> None:
    """The first of January 1970 is day 0, and dates come back as they went in."""
    assert from_date(date(1970, 1, 1)) == 0
    assert to_date(from_date(date(2017, 3, 1))) == date(2017, 3, 1)


def test_months_begin_on_their_first_day() -> None:
    """A month number leads to its first day, and every day to its month, before 1970 too."""
    for day in (date(1969, 12, 31), date(1970, 1, 1), date(2017, 2, 28), date(2016, 2, 29)):
        assert to_date(month_start(month_of(from_date(day)))) == day.replace(day=1)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2017, 3, 26), 23),
        ("Europe/Berlin", date(2017, 10, 29), 25),
        ("America/New_York", date(2017, 3, 12), 23),
        ("Australia/Lord_Howe", date(2017, 10, 1), 23.5),
        ("Asia/Shanghai", date(2017, 3, 26), 24),
    ],
)
def test_days_of_a_clock_change_have_other_lengths(zone: str, day: date, hours: float) -> None:
    """A day lasts from its first moment to that of the next one."""
    number, where = from_date(day), ZoneInfo(zone)
    assert start_of(number + 1, where) - start_of(number, where) == hours * 3_600_000_000


def test_a_day_that_a_zone_left_out_has_no_moments() -> None:
    """Samoa had no 30th of December 2011."""
    apia, skipped = ZoneInfo("Pacific/Apia"), from_date(date(2011, 12, 30))
    before = from_time(datetime(2011, 12, 30, 9, 59, 59, tzinfo=UTC))
    assert day_of(before, apia) == skipped - 1
    assert day_of(before + 1_000_000, apia) == skipped + 1


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31)).map(lambda at: at.replace(tzinfo=UTC)),
    zone=st.sampled_from(ZONES),
)
def test_a_moment_is_in_the_day_that_the_zones_clock_shows(moment: datetime, zone: str) -> None:
    """The day of a moment is the date that a clock in the zone shows, and begins not after it."""
    where, time_us = ZoneInfo(zone), from_time(moment)
    day = day_of(time_us, where)
    assert to_date(day) == moment.astimezone(where).date()
    assert start_of(day, where) <= time_us < start_of(day, where) + DAY_US + 3_600_000_000
    assert to_time(time_us) == moment


def test_moments_keep_their_microseconds() -> None:
    """Microseconds since 1970 go to an aware moment and back, before 1970 too."""
    moment = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert from_time(moment) == -1
    assert to_time(-1) == moment
    assert to_time(0) - to_time(-1) == timedelta(microseconds=1)
