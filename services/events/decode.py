"""The one decoder of every door: bytes in, checked events out, or a refusal that names the place."""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec import Struct

from services.days import DAY_US, from_time
from services.errors import Rejected
from services.events.bounds import DEPTH_MAX, bound, composed
from services.events.catalogue import KINDS, TYPES, Data
from services.events.checks import checked
from services.events.envelope import Event
from services.events.fields import ID_PATTERN
from services.events.refusal import refusal_of
from services.money import is_currency

BATCH_MAX = 1_000
SKEW_US = 600_000_000
ID_MAX = 255
INTEGER_MAX = 2**63 - 1
INTERNAL = frozenset({"rules.activated"})

_REQUIRED = ("specversion", "id", "source", "type", "subject", "time", "data")
_KNOWN = frozenset(_REQUIRED) | {
    "datacontenttype",
    "dataschema",
    "sequence",
    "dateonly",
    "imported",
    "recordedtime",
    "dataversion",
    "traceparent",
    "tracestate",
}
_ID = re.compile(ID_PATTERN)
_ATTRIBUTE = re.compile(r"[a-z0-9]{1,20}")
_TIME = re.compile(r"^(\d{4})-\d\d-\d\d[Tt ](\d\d):\d\d:(\d\d)(\.\d{1,9})?(Z|z|[+-]\d\d:\d\d)?$")
_YEAR_MIN, _YEAR_MAX = 2000, 9998


class Waiting(Struct, frozen=True, kw_only=True):
    """An event of a type or a version that is not understood yet: a dead letter of class `waiting`."""

    id: str
    source: str
    type: str
    subject: str
    code: str
    raw: bytes


Item: TypeAlias = Event | Waiting | Rejected


def decode(body: bytes, *, now_us: int) -> Event | Waiting:
    """Return the event of a JSON body; raise `Rejected` with code, place and status when it cannot be accepted."""
    return read(parse(body), now_us=now_us)


def decode_batch(body: bytes, *, now_us: int) -> list[Item]:
    """Return the outcome of every item of a JSON array, in order.

    Raise `Rejected` for what makes the whole batch unreadable: its syntax, no items, more than `BATCH_MAX`.
    """
    return decode_items(parse(body), now_us=now_us)


def decode_items(items: object, *, now_us: int) -> list[Item]:
    """Return the outcome of every item of a parsed batch; raise `Rejected` as `decode_batch` does."""
    if not isinstance(items, list):
        raise Rejected("batch_type", "a batch is a JSON array of events", status=400)
    if not items:
        raise Rejected("batch_empty", "the batch has no items", status=400)
    if len(items) > BATCH_MAX:
        raise Rejected("batch_size", f"a batch has at most {BATCH_MAX} items", status=413)
    return [_item(item, now_us) for item in items]


def _item(item: object, now_us: int) -> Item:
    try:
        return read(item, now_us=now_us)
    except Rejected as refusal:
        return refusal


def parse(body: bytes) -> object:
    """Return the value of a JSON text, read strictly: UTF-8, no key twice, finite numbers, bounded depth."""
    if not body.strip():
        raise Rejected("empty_body", "the body is empty", status=400)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected("encoding", "the body is not UTF-8", status=400) from None
    if text[0] == "\ufeff" or "\x00" in text:
        raise Rejected("encoding", "the body must be UTF-8 without a byte order mark", status=400)
    try:
        value: object = _JSON.decode(text)
    except json.JSONDecodeError as error:
        raise Rejected("json_syntax", f"no JSON: {error.msg} at character {error.pos}", status=400) from None
    except RecursionError:
        raise Rejected("json_depth", f"nested deeper than {DEPTH_MAX}", status=400) from None
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Rejected("json_duplicate_key", "an object has a key twice", status=400)
    return found


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Rejected("number_not_finite", "numbers must be finite", status=400)
    return number


def _integer(text: str) -> int:
    if len(text) > 20 or abs(int(text)) > INTEGER_MAX:
        raise Rejected("number_range", "whole numbers must fit 64 bits")
    return int(text)


def _constant(text: str) -> float:
    raise Rejected("number_not_finite", f"{text} is no JSON number", status=400)


_JSON = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_int=_integer, parse_constant=_constant)


def read(mapping: object, *, now_us: int) -> Event | Waiting:
    """Return the event of a mapping in CloudEvents form; raise `Rejected` when it cannot be accepted."""
    if not isinstance(mapping, dict):
        raise Rejected("event_type", "an event is a JSON object")
    bound(mapping)
    _check_names(mapping)
    if mapping["specversion"] != "1.0":
        raise Rejected("specversion", "must be the string 1.0", pointer="/specversion")
    event_id, source = _printable(mapping, "id"), _printable(mapping, "source")
    kind_of_event, subject = _printable(mapping, "type"), _subject(mapping["subject"])
    if kind_of_event in INTERNAL:
        raise Rejected("type_internal", "is written by Paceline alone", pointer="/type")
    code = _not_understood(kind_of_event, mapping.get("dataversion", 1))
    if code:
        raw = msgspec.json.encode(mapping, order="sorted")
        return Waiting(id=event_id, source=source, type=kind_of_event, subject=subject, code=code, raw=raw)
    kind, _, root_id = subject.partition("/")
    _check_kind(kind_of_event, kind, root_id)
    data, extra = _data(kind_of_event, mapping["data"])
    dated = _flag(mapping, "dateonly")
    recorded = mapping.get("recordedtime")
    return Event(
        id=event_id,
        source=source,
        type=kind_of_event,
        subject=subject,
        time_us=_time(mapping["time"], now_us, dated=dated),
        sequence=_sequence(mapping.get("sequence", 0)),
        date_only=dated,
        imported=_flag(mapping, "imported"),
        recorded_us=None if recorded is None else _moment(recorded, "/recordedtime"),
        data=checked(data, root_id),
        extra=extra,
    )


def _check_names(mapping: Mapping[str, object]) -> None:
    """Refuse an envelope that lacks an attribute or has an unknown one."""
    for name in _REQUIRED:
        if name not in mapping:
            raise Rejected("field_missing", "is required", pointer=f"/{name}")
    for name in mapping:
        if name not in _KNOWN:
            # A name that is no attribute's may be anything, and anything is not repeated in an answer.
            pointer = f"/{name}" if _ATTRIBUTE.fullmatch(name) else ""
            raise Rejected("field_unknown", "is no attribute of the envelope", pointer=pointer)


def _printable(mapping: Mapping[str, object], name: str) -> str:
    value = mapping[name]
    if not isinstance(value, str) or not 1 <= len(value) <= ID_MAX or not value.isprintable():
        raise Rejected("id_format", f"must be 1 to {ID_MAX} printable characters", pointer=f"/{name}")
    return value


def _subject(value: object) -> str:
    if isinstance(value, str):
        kind, slash, root_id = value.partition("/")
        if slash and kind.isascii() and kind.islower() and kind.isalpha() and _ID.match(root_id):
            return value
    raise Rejected("subject_format", "must be kind/ID, such as deal/123", pointer="/subject")


def _not_understood(kind_of_event: str, version: object) -> str:
    if kind_of_event not in TYPES:
        return "type_unknown"
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise Rejected("number_format", "must be a whole number from 1", pointer="/dataversion")
    return "" if version == 1 else "version_unsupported"


def _check_kind(kind_of_event: str, kind: str, root_id: str) -> None:
    if KINDS[kind_of_event] != kind:
        wanted = KINDS[kind_of_event]
        raise Rejected("subject_kind", f"{kind_of_event} is about a {wanted}", pointer="/subject")
    if kind == "company" and root_id != "main":
        raise Rejected("subject_kind", "the company's root is company/main", pointer="/subject")
    if kind == "rate" and not is_currency(root_id):
        raise Rejected("currency_unknown", "is no ISO 4217 currency", pointer="/subject")


def _data(kind_of_event: str, value: object) -> tuple[Data, bytes | None]:
    """Return the data of an event and its unknown fields as JSON."""
    if not isinstance(value, dict):
        raise Rejected("field_type", "must be an object", pointer="/data")
    wanted = TYPES[kind_of_event]
    value = {name: composed(inner) for name, inner in value.items()}
    try:
        data = msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        raise refusal_of(str(error)) from None
    unknown = {name: inner for name, inner in value.items() if name not in wanted.__struct_fields__}
    return data, msgspec.json.encode(unknown, order="sorted") if unknown else None


def _flag(mapping: Mapping[str, object], name: str) -> bool:
    value = mapping.get(name, False)
    if not isinstance(value, bool):
        raise Rejected("field_type", "must be true or false", pointer=f"/{name}")
    return value


def _sequence(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Rejected("number_format", "must be a whole number from 0", pointer="/sequence")
    return value


def _time(value: object, now_us: int, *, dated: bool) -> int:
    """Return when an event happened; refuse what lies ahead by more than a clock can be wrong."""
    time_us = _moment(value, "/time")
    if dated and time_us % DAY_US:
        raise Rejected("time_format", "a date-only fact has the time 00:00:00Z", pointer="/time")
    # The date of today begins up to 14 hours earlier in the east than in UTC.
    if time_us > now_us + SKEW_US + (DAY_US * 14 // 24 if dated else 0):
        raise Rejected("time_future", "lies in the future", pointer="/time")
    return time_us


def _moment(value: object, pointer: str) -> int:
    if not isinstance(value, str):
        raise Rejected("time_format", "must be an RFC 3339 string", pointer=pointer)
    shape = _TIME.match(value)
    if shape is None:
        raise Rejected("time_format", "must look like 2017-03-01T09:30:00+08:00", pointer=pointer)
    if shape.group(5) is None:
        raise Rejected("time_zone_missing", "needs an offset such as Z or +08:00", pointer=pointer)
    year = int(shape.group(1))
    if not _YEAR_MIN <= year <= _YEAR_MAX or shape.group(2) == "24" or shape.group(3) == "60":
        raise Rejected("time_range", "must lie between 2000 and 9998, without leap seconds", pointer=pointer)
    try:
        return from_time(msgspec.convert(value, datetime))
    except msgspec.ValidationError:
        raise Rejected("time_format", "is no moment of the calendar", pointer=pointer) from None
