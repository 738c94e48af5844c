"""Events on their way between parts of Paceline: many in one JSON text, written in one exact form.

What is in that form is read at once, without a step per value. Anything else goes to the strict decoder of the doors,
so that a text means the same whichever way it is read: the form holds only what the decoder takes as it stands.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from services.days import DAY_US, from_time, to_time
from services.errors import Rejected
from services.events.bounds import SHORT
from services.events.catalogue import KINDS, TYPES, Data
from services.events.checks import checked, is_sound, needs_check
from services.events.decode import BATCH_MAX, ID_MAX, INTEGER_MAX, INTERNAL, SKEW_US, Waiting, decode, decode_batch
from services.events.encode import to_cloudevent
from services.events.envelope import Event
from services.events.fields import END, ID_PATTERN

# A few days inside of what the decoder takes, for the sake of offsets; beyond, the decoder says what it thinks.
_TIME_MIN_US, _TIME_MAX_US = from_time(datetime.fromisoformat("2000-01-03T00:00Z")), 253_300_000_000_000_000

# How long data may be to be remembered, and how many of a type are.
SAID_BYTES, SAID_MAX = 64, 1_000

Wires = TypeVar("Wires")

_encode = msgspec.json.Encoder().encode
_Name = Annotated[str, Meta(min_length=1, max_length=ID_MAX)]
_Moment = Annotated[datetime, Meta(tz=True)]


class _Wire(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An event as it is written; its data are read apart, since much of them says what others said before."""

    type: str
    specversion: Literal["1.0"]
    id: _Name
    source: _Name
    subject: str
    time: _Moment
    data: Raw
    datacontenttype: Literal["application/json"] | UnsetType = UNSET
    sequence: Annotated[int, Meta(ge=0, le=INTEGER_MAX)] = 0
    dateonly: bool = False
    imported: bool = False
    recordedtime: _Moment | UnsetType = UNSET


class Unreadable(Struct, frozen=True, kw_only=True):
    """An item of a text that cannot be accepted: its bytes as they came, and why."""

    raw: bytes
    refusal: Rejected


Found: TypeAlias = Event | Waiting | Unreadable


def write(events: Iterable[Event]) -> bytes:
    """Return events as a JSON array of CloudEvents, which `read_many` reads back to the same."""
    return _encode([_written(event) for event in events])


def write_one(event: Event) -> bytes:
    """Return an event as a CloudEvents JSON text, which `read_one` reads back to the same."""
    return _encode(_written(event))


def read_many(body: bytes, *, now_us: int) -> list[Found]:
    """Return the items of a JSON array, in order; raise `Rejected` as `decode_batch` does for the whole."""
    wires = _exactly(body, _many) if _is_plain(body) else None
    if wires is not None and 0 < len(wires) <= BATCH_MAX:
        latest_us, looks = _latest_us(now_us), _looks()
        return [_event(wire, latest_us, looks) or _strict(_encode(wire), now_us) for wire in wires]
    try:
        raws = _split(body)
    except msgspec.DecodeError:
        # Perhaps it is only said in a way that this parser does not know; the decoder has the last word.
        raws = []
    if not 0 < len(raws) <= BATCH_MAX:
        items = decode_batch(body, now_us=now_us)
        return [Unreadable(raw=body, refusal=item) if isinstance(item, Rejected) else item for item in items]
    return [read_one(bytes(raw), now_us=now_us) for raw in raws]


def read_one(body: bytes, *, now_us: int) -> Found:
    """Return the event of a JSON text, or why it cannot be accepted."""
    wire = _exactly(body, _one) if _is_plain(body) else None
    return (wire is not None and _event(wire, _latest_us(now_us), _looks())) or _strict(body, now_us)


def _strict(body: bytes, now_us: int) -> Found:
    try:
        return decode(body, now_us=now_us)
    except Rejected as refusal:
        return Unreadable(raw=body, refusal=refusal)


def _is_plain(body: bytes) -> bool:
    """Return whether all text is printable, composed (NFC) and without escapes, so that none needs another look."""
    if b"\\" in body:
        return False
    if body.isascii():
        return b"\x7f" not in body
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return text.isprintable() and unicodedata.is_normalized("NFC", text)


def _exactly(body: bytes, decoder: Callable[[bytes], Wires]) -> Wires | None:
    """Return what a text says if it is, to the byte, what would be written for that; else None.

    So there is no key twice, no unknown field, no number or moment in another spelling, and nothing nested that its
    class does not name: all that the decoder looks for beyond that.
    """
    try:
        found = decoder(body)
    except msgspec.DecodeError:
        return None
    return found if _encode(found) == body else None


def _event(wire: _Wire, latest_us: int, looks: Mapping[str, "_Look"]) -> Event | None:
    """Return the event, which is to have happened by a moment, or None where the decoder has to say what is wrong."""
    dated, subject, time_us = wire.dateonly, wire.subject, from_time(wire.time)
    # A date of today may lie further ahead; the decoder knows how far.
    if not _TIME_MIN_US < time_us <= latest_us or (dated and time_us % DAY_US):
        return None
    recorded_us, recorded = None, wire.recordedtime
    if recorded is not UNSET:
        recorded_us = from_time(recorded)
        if not _TIME_MIN_US < recorded_us < _TIME_MAX_US:
            return None
    look = looks.get(wire.type)
    if look is None or not look.is_subject(subject):
        return None
    raw = bytes(wire.data)
    data = look.said.get(raw) or _data(raw, subject, look)
    if data is None:
        return None
    return Event(
        id=wire.id,
        source=wire.source,
        type=wire.type,
        subject=subject,
        time_us=time_us,
        sequence=wire.sequence,
        date_only=dated,
        imported=wire.imported,
        recorded_us=recorded_us,
        data=data,
    )


def _data(raw: bytes, subject: str, look: "_Look") -> Data | None:
    """Return the data of an event, None where the decoder has to say what is wrong."""
    data = _exactly(raw, look.decode)
    if data is None or not _are_short(data, look.texts):
        return None
    if look.has_rules and not is_sound(data):
        try:
            return checked(data, subject.partition("/")[2])
        except Rejected:
            return None
    if len(raw) <= SAID_BYTES and len(look.said) < SAID_MAX:
        look.said[raw] = data
    return data


def _latest_us(now_us: int) -> int:
    """Return the last moment that is surely not in the future of the sender, and that the calendar has."""
    return min(now_us + SKEW_US, _TIME_MAX_US - 1)


def _are_short(data: Data, names: Iterable[str]) -> bool:
    """Return whether no free text is so long that its bytes would have to be counted."""
    for name in names:
        text = getattr(data, name)
        if isinstance(text, str) and len(text) > SHORT:
            return False
    return True


def _written(event: Event) -> _Wire | Raw:
    """Return an event in its form; as a text of its own when it has fields that nobody knows."""
    if event.extra or event.type not in _looks():
        return Raw(to_cloudevent(event))
    recorded = event.recorded_us
    return _Wire(
        type=event.type,
        specversion="1.0",
        id=event.id,
        source=event.source,
        subject=event.subject,
        time=to_time(event.time_us),
        data=Raw(_encode(event.data)),
        sequence=event.sequence,
        dateonly=event.date_only,
        imported=event.imported,
        recordedtime=UNSET if recorded is None else to_time(recorded),
    )


class _Look(NamedTuple):
    """How events of a type are read.

    :ivar texts: the names of its free texts; `has_rules` says whether `checked` looks at anything in its data.
    :ivar said: short data that were read before and hold for every root, by their texts: mostly names of stages.
    """

    is_subject: Callable[[str], object]
    decode: Callable[[bytes], Data]
    texts: tuple[str, ...]
    has_rules: bool
    said: dict[bytes, Data]


@lru_cache(maxsize=1)
def _looks() -> Mapping[str, _Look]:
    """Return how each type is read that needs not be left to the decoder."""
    # The currency in the subject of a rate is looked up by the decoder; what is internal comes in by no door.
    return {name: _look_of(name) for name in TYPES if KINDS[name] != "rate" and name not in INTERNAL}


def _look_of(kind_of_event: str) -> _Look:
    kind, data = KINDS[kind_of_event], TYPES[kind_of_event]
    ids = "main" + END if kind == "company" else ID_PATTERN.removeprefix("^")
    return _Look(
        is_subject=re.compile(f"{kind}/{ids}").match,
        decode=msgspec.json.Decoder(data).decode,
        texts=getattr(data, "texts", ()),
        has_rules=needs_check(data),
        said={},
    )


_many, _one = msgspec.json.Decoder(list[_Wire]).decode, msgspec.json.Decoder(_Wire).decode
_split = msgspec.json.Decoder(list[Raw]).decode
