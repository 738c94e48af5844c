"""The view that somebody asks for in words: a moment, a zone, and which of the two axes of the past."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.days import from_time
from services.errors import PacelineError, PeriodUnclear
from services.view import LATEST, AsOf, HappenedBy, View
from streams.answers.cut import latest
from streams.answers.questions import Questions

_DATE = re.compile(r"^\d{4}-?\d\d-?\d\d$")
# What a calendar can show in every zone, and far outside of what events may tell.
_YEAR_MIN, _YEAR_MAX = 1970, 9990


class MomentUnclear(PeriodUnclear):
    """A moment that cannot be read."""

    plain = "That is no moment. Write 2017-03-01, 2017-03-01T09:30 or with +08:00, of the years 1970 to 9990."

    def __init__(self, text: str) -> None:
        PacelineError.__init__(self, f"“{text}” is no moment. {self.plain.partition('. ')[2]}")


class ZoneUnknown(PeriodUnclear):
    """A time zone that does not exist."""

    plain = "That is no IANA time zone, such as Asia/Shanghai."

    def __init__(self, text: str) -> None:
        PacelineError.__init__(self, f"“{text}” is no IANA time zone, such as Asia/Shanghai.")


class TwoViews(PeriodUnclear):
    """Both axes of the past at once."""

    plain = "Ask either as of a moment or by what had happened, not both."

    def __init__(self) -> None:
        PacelineError.__init__(self, self.plain)


def moment(text: str, zone: str) -> int:
    """Return a moment in microseconds since 1970 UTC; one without an offset is in the zone, a date is its end."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise MomentUnclear(text) from None
    if not _YEAR_MIN <= found.year <= _YEAR_MAX:
        raise MomentUnclear(text)
    if _DATE.match(text):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return from_time(found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone)))


def view_of(as_of: str | None, happened_by: str | None, zone: str) -> View:
    """Return the view that two parameters name; raise `TwoViews` when both are given."""
    if as_of and happened_by:
        raise TwoViews
    if as_of:
        return AsOf(moment(as_of, zone))
    return HappenedBy(moment(happened_by, zone)) if happened_by else LATEST


def checked_zone(zone: str | None) -> str | None:
    """Return a zone that exists; raise `ZoneUnknown` for any other."""
    if not zone:
        return None
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(zone) from None


def zone_of(questions: Questions) -> str:
    """Return the company's zone, in which moments without an offset are read."""
    return latest(questions.connection(), LATEST, questions.clock()).organisation.company.zone
