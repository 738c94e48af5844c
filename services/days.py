"""Day numbers: days since 1970-01-01, cut out of exact moments by a time zone."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()
_EPOCH_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_QUARTER_HOUR_US = 900_000_000


def from_date(day: date) -> int:
    """Return the number of a date."""
    return day.toordinal() - _EPOCH


def to_date(day: int) -> date:
    """Return the date of a day number."""
    return date.fromordinal(day + _EPOCH)


@lru_cache(maxsize=65_536)
def month_of(day: int) -> int:
    """Return the month that a day is in, as months since 1970-01."""
    when = to_date(day)
    return (when.year - 1970) * 12 + when.month - 1


def month_start(month: int) -> int:
    """Return the first day of a month, as a day number."""
    return from_date(date(1970 + month // 12, month % 12 + 1, 1))


def to_time(time_us: int) -> datetime:
    """Return microseconds since 1970 UTC as an aware moment."""
    return _EPOCH_TIME + timedelta(microseconds=time_us)


def from_time(moment: datetime) -> int:
    """Return an aware moment as microseconds since 1970 UTC."""
    return (moment - _EPOCH_TIME) // _MICROSECOND


# Clocks change on whole quarters of an hour in every zone since 1972, so that one answer serves the quarter.
@lru_cache(maxsize=65_536)
def _offset(quarter: int, zone: ZoneInfo) -> int:
    """Return how far the clocks of a zone are ahead of UTC in a quarter of an hour since 1970, in microseconds."""
    offset = to_time(quarter * _QUARTER_HOUR_US).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // _MICROSECOND


def day_of(time_us: int, zone: ZoneInfo) -> int:
    """Return the number of the local day of a moment; days of a clock change have 23 or 25 hours."""
    return (time_us + _offset(time_us // _QUARTER_HOUR_US, zone)) // DAY_US


def start_of(day: int, zone: ZoneInfo) -> int:
    """Return the first moment of a local day, in microseconds since 1970 UTC."""
    low = day * DAY_US - DAY_US
    marks = range(low, low + 2 * DAY_US + 1, _QUARTER_HOUR_US)
    return marks[bisect_right(marks, day - 1, key=lambda mark: day_of(mark, zone))]
