"""Dates and times as exports write them; how a column writes them is decided by the whole column."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from services.days import DAY_US, day_of, from_date, from_time, to_date

Order = Literal["dmy", "mdy"]

YEAR_MIN, YEAR_MAX = 2000, 9998
_SAMPLE = 20_000
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_CLOCK = (
    r"(?:[T ,]+(?P<ap1>上午|下午)?(?P<h>\d{1,2})[:时点](?P<mi>\d{2})"
    r"(?:[:分](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?[秒分]?"
    r"\s*(?P<ap2>[ap]\.?m\.?)?)?\s*(?P<z>z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
)
_SHAPES = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + _CLOCK, re.IGNORECASE),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?" + _CLOCK, re.IGNORECASE),
    re.compile(r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})" + _CLOCK, re.IGNORECASE),
    re.compile(r"(?P<d>\d{1,2})[- .]+(?P<mon>[a-z]{3,9})[- .,]+(?P<y>\d{4}|\d{2})" + _CLOCK, re.IGNORECASE),
    re.compile(
        r"(?:[a-z]{3,9},? )?(?P<mon>[a-z]{3,9})[ .-]+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?[ -]+(?P<y>\d{4})" + _CLOCK,
        re.IGNORECASE,
    ),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})" + _CLOCK, re.IGNORECASE),
)
# Many exports write whole days as midnights of UTC.
_NO_OFFSET = frozenset({"z", "utc", "gmt", "+00:00", "+0000", "+00"})
_EPOCH = re.compile(r"^\d{13}$|^\d{10}$")
# Days since 1899-12-30, as spreadsheets count them: from 2000 to 2099.
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
_SERIALS = range(36_526, 73_051)
_SERIAL_ZERO = date(1899, 12, 30)


class When(NamedTuple):
    """A moment, in microseconds since 1970 UTC, or a whole day: then the moment is that day at 00:00 UTC."""

    us: int
    day: date | None = None

    def local(self, zone: ZoneInfo) -> date:
        """Return the day: its own, or that of the moment on the clocks of a zone."""
        return self.day or to_date(day_of(self.us, zone))


def whole_day(day: date) -> When:
    """Return a day as a date-only moment."""
    return When(from_date(day) * DAY_US, day)


class DateProblem(ValueError):
    """A text that is no date, with the reason in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DateStyle:
    """How a column writes dates.

    :ivar midnights: every time of the column is 00:00, so that they mean whole days.
    :ivar why: what decided the order of day and month; "" when it was assumed or never mattered.
    :ivar mixed: some dates could be read either way, so that the order mattered.
    :ivar local: how many times have no offset and are taken in the zone of the import.
    :ivar serial: every date is a spreadsheet's day number.
    """

    order: Order = "mdy"
    midnights: bool = False
    why: str = ""
    mixed: bool = False
    local: int = 0
    serial: bool = False


def style_of(texts: Iterable[str], *, usual: Order) -> DateStyle:
    """Return how a column writes its dates; `usual` decides where no value does."""
    first, second, dots, clocks, midnights, local, mixed = 0, 0, 0, 0, 0, 0, 0
    sample = list(islice((text for text in texts if text), _SAMPLE))
    serial = bool(sample) and all(_is_serial(text) for text in sample)
    for text in sample:
        shape = _match(text)
        if shape is None:
            continue
        parts = shape.groupdict()
        if parts["h"]:
            clocks += 1
            midnights += _is_midnight(parts)
            local += not parts["z"]
        if "a" in parts:
            mixed += 1
            first += int(parts["a"]) > 12
            second += int(parts["b"]) > 12
            dots += parts["sep"] == "."
    whole = clocks > 0 and midnights == clocks
    order, why = _order(first, second, dots, usual)
    return DateStyle(order=order, midnights=whole, why=why, mixed=mixed > 0, local=0 if whole else local, serial=serial)


def _is_midnight(parts: dict[str, str | None]) -> bool:
    clock = int(parts["h"] or 0) + int(parts["mi"] or 0) + int(parts["s"] or 0) + int(parts["f"] or 0)
    return clock == 0 and not parts["ap1"] and not parts["ap2"] and (parts["z"] or "z").casefold() in _NO_OFFSET


def _order(first: int, second: int, dots: int, usual: Order) -> tuple[Order, str]:
    if first != second:
        if first > second:
            return "dmy", "some first numbers are above 12"
        return "mdy", "some second numbers are above 12"
    if dots:
        return "dmy", "dates with dots begin with the day"
    return usual, ""


def looks_like_dates(texts: Iterable[str]) -> bool:
    """Return whether nearly all of some texts can be dates."""
    found = list(islice((text for text in texts if text), 200))
    dates = sum(1 for text in found if _match(text) is not None or _EPOCH.match(text) or _is_serial(text))
    return bool(found) and dates >= 0.9 * len(found)


def _match(text: str) -> re.Match[str] | None:
    for shape in _SHAPES:
        found = shape.match(text)
        if found:
            return found
    return None


def read_date(text: str, style: DateStyle, zone: ZoneInfo) -> When:
    """Return the moment or the day of a text; a time without an offset is local to `zone`.

    Raise `DateProblem` when it is no date, or none between 2000 and 9998.
    """
    if _EPOCH.match(text):
        return _ranged(datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC), text)
    if style.serial and _is_serial(text):
        return _numbered(text, zone)
    shape = _match(text)
    if shape is None:
        hint = "; it may be a spreadsheet's day number, format the column as dates" if _is_serial(text) else ""
        raise DateProblem(f"“{text}” is no date that is known{hint}")
    parts = shape.groupdict()
    try:
        day = _day(parts, style.order)
        if not parts["h"] or (style.midnights and _is_midnight(parts)):
            return whole_day(day)
        return _ranged(_moment(day, parts, zone), text)
    except ValueError as error:
        raise DateProblem(f"“{text}” is no date of the calendar ({error})") from None


def _is_serial(text: str) -> bool:
    return bool(_SERIAL.match(text)) and int(text[:5]) in _SERIALS


def _numbered(text: str, zone: ZoneInfo) -> When:
    """Return the day of a spreadsheet's day number, or the moment when it has a fraction; Excel counts local time."""
    days, _, fraction = text.partition(".")
    day = _SERIAL_ZERO + timedelta(days=int(days))
    seconds = round(86_400 * float(f"0.{fraction or 0}"))
    if not seconds:
        return whole_day(day)
    local = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
    return _ranged(local.replace(tzinfo=zone), text)


def _day(parts: dict[str, str | None], order: Order) -> date:
    year = int(parts["y"] or 0)
    year += 2000 if len(parts["y"] or "") == 2 else 0
    if "a" in parts:
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        day, month = (first, second) if order == "dmy" else (second, first)
    else:
        named = (parts.get("mon") or "")[:3].casefold()
        day, month = int(parts["d"] or 0), _MONTHS.get(named, 0) if named else int(parts["m"] or 0)
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise DateProblem(f"the year {year} is not between {YEAR_MIN} and {YEAR_MAX}")
    return date(year, month, day)


def _moment(day: date, parts: dict[str, str | None], zone: ZoneInfo) -> datetime:
    hour = int(parts["h"] or 0)
    half = (parts["ap2"] or "").replace(".", "").casefold() or {"上午": "am", "下午": "pm"}.get(parts["ap1"] or "", "")
    if half:
        hour = hour % 12 + 12 * (half == "pm") if hour <= 12 else hour
    fraction = (parts["f"] or "").ljust(6, "0")[:6]
    local = datetime(day.year, day.month, day.day, hour, int(parts["mi"] or 0), int(parts["s"] or 0), int(fraction))
    return local.replace(tzinfo=_offset(parts["z"]) if parts["z"] else zone)


def _offset(text: str) -> timezone:
    if text.casefold() in ("z", "utc", "gmt"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _ranged(moment: datetime, text: str) -> When:
    moment = moment.astimezone(UTC)
    if not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise DateProblem(f"“{text}” is not between {YEAR_MIN} and {YEAR_MAX}")
    return When(from_time(moment))
