"""Events on their way between parts of Paceline: many in one JSON text, written in one exact form.

What is in that form is read at once, without a step per value. Anything else goes to the strict decoder of the doors,
so that a text means the same whichever way it is read: the form holds only what the decoder takes as it stands.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from types import GenericAlias
from typing import Annotated, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from services.days import DAY_US, from_time, to_time
from services.errors import Rejected
from services.events.bounds import SHORT
from services.events.catalogue import KINDS, NAMES, TYPES, Data
from services.events.checks import checked, is_sound, needs_check
from services.events.decode import BATCH_MAX, ID_MAX, INTEGER_MAX, INTERNAL, SKEW_US, Waiting, decode, decode_batch
from services.events.encode import to_cloudevent
from services.events.envelope import Event
from services.events.fields import END, ID_PATTERN

# A few days inside of what the decoder takes, for the sake of offsets; beyond, the decoder says what it thinks.
_TIME_MIN_US, _TIME_MAX_US = from_time(datetime.fromisoformat("2000-01-03T00:00Z")), 253_300_000_000_000_000

Wires = TypeVar("Wires")

_encode = msgspec.json.Encoder().encode
_Name = Annotated[str, Meta(min_length=1, max_length=ID_MAX)]
_Moment = Annotated[datetime, Meta(tz=True)]


class _Wire(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type"):
    """An event as it is written; each type has a class of its own, with its data and its kind of subject."""

    specversion: Literal["1.0"]
    id: _Name
    source: _Name
    subject: str
    time: _Moment
    data: Data
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
    classes = _forms().classes
    return _encode([_written(event, classes) for event in events])


def write_one(event: Event) -> bytes:
    """Return an event as a CloudEvents JSON text, which `read_one` reads back to the same."""
    return _encode(_written(event, _forms().classes))


def read_many(body: bytes, *, now_us: int) -> list[Found]:
    """Return the items of a JSON array, in order; raise `Rejected` as `decode_batch` does for the whole."""
    forms = _forms()
    wires = _exactly(body, forms.many) if _is_plain(body) else None
    if wires is not None and 0 < len(wires) <= BATCH_MAX:
        return [_event(wire, now_us, forms) or _strict(_encode(wire), now_us) for wire in wires]
    try:
        raws = forms.split(body)
    except msgspec.DecodeError:
        # Perhaps it is only said in a way that this parser does not know; the decoder has the last word.
        raws = []
    if not 0 < len(raws) <= BATCH_MAX:
        items = decode_batch(body, now_us=now_us)
        return [Unreadable(raw=body, refusal=item) if isinstance(item, Rejected) else item for item in items]
    return [read_one(bytes(raw), now_us=now_us) for raw in raws]


def read_one(body: bytes, *, now_us: int) -> Found:
    """Return the event of a JSON text, or why it cannot be accepted."""
    forms = _forms()
    wire = _exactly(body, forms.one) if _is_plain(body) else None
    return (wire is not None and _event(wire, now_us, forms)) or _strict(body, now_us)


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

    So there is no key twice, no unknown field, no number or moment in another spelling, and nothing nested that the
    classes do not name: all that the decoder looks for beyond them.
    """
    try:
        found = decoder(body)
    except msgspec.DecodeError:
        return None
    return found if _encode(found) == body else None


def _event(wire: _Wire, now_us: int, forms: "_Forms") -> Event | None:
    """Return the event, or None where the decoder has to say what is wrong."""
    data, dated, time_us = wire.data, wire.dateonly, from_time(wire.time)
    # A date of today may lie further ahead; the decoder knows how far.
    if not _TIME_MIN_US < time_us < _TIME_MAX_US or time_us > now_us + SKEW_US or (dated and time_us % DAY_US):
        return None
    recorded = wire.recordedtime
    recorded_us = None if recorded is UNSET else from_time(recorded)
    if recorded_us is not None and not _TIME_MIN_US < recorded_us < _TIME_MAX_US:
        return None
    kind = type(data)
    if kind in forms.texts and not _are_short(data):
        return None
    if needs_check(kind) and not is_sound(data):
        try:
            data = checked(data, wire.subject.partition("/")[2])
        except Rejected:
            return None
    return Event(
        id=wire.id,
        source=wire.source,
        type=NAMES[kind],
        subject=wire.subject,
        time_us=time_us,
        sequence=wire.sequence,
        date_only=dated,
        imported=wire.imported,
        recorded_us=recorded_us,
        data=data,
    )


def _are_short(data: Data) -> bool:
    """Return whether no free text is so long that its bytes would have to be counted."""
    names: tuple[str, ...] = getattr(data, "texts", ())
    for name in names:
        text = getattr(data, name)
        if isinstance(text, str) and len(text) > SHORT:
            return False
    return True


def _written(event: Event, classes: Mapping[type[Data], type[_Wire]]) -> _Wire | Raw:
    """Return an event in its form; as a text of its own when it has fields that nobody knows."""
    form = classes.get(type(event.data))
    if event.extra or form is None:
        return Raw(to_cloudevent(event))
    recorded = event.recorded_us
    return form(
        specversion="1.0",
        id=event.id,
        source=event.source,
        subject=event.subject,
        time=to_time(event.time_us),
        data=event.data,
        sequence=event.sequence,
        dateonly=event.date_only,
        imported=event.imported,
        recordedtime=UNSET if recorded is None else to_time(recorded),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Forms:
    """The classes of all types, and what reads and splits texts of them."""

    classes: Mapping[type[Data], type[_Wire]]
    texts: frozenset[type[Data]]
    many: Callable[[bytes], list[_Wire]]
    one: Callable[[bytes], _Wire]
    split: Callable[[bytes], list[Raw]]


@lru_cache(maxsize=1)
def _forms() -> _Forms:
    # The currency in the subject of a rate is looked up by the decoder; what is internal comes in by no door.
    names = [name for name in TYPES if KINDS[name] != "rate" and name not in INTERNAL]
    classes = {TYPES[name]: _class_of(name) for name in names}
    whole = reduce(or_, classes.values())
    return _Forms(
        classes=classes,
        texts=frozenset(kind for kind in classes if getattr(kind, "texts", ())),
        many=msgspec.json.Decoder(GenericAlias(list, (whole,))).decode,
        one=msgspec.json.Decoder(whole).decode,
        split=msgspec.json.Decoder(list[Raw]).decode,
    )


def _class_of(kind_of_event: str) -> type[_Wire]:
    kind = KINDS[kind_of_event]
    ids = "main" + END if kind == "company" else ID_PATTERN.removeprefix("^")
    made = msgspec.defstruct(
        "_Wire",
        [("subject", Annotated[str, Meta(pattern=f"^{kind}/{ids}")]), ("data", TYPES[kind_of_event])],
        bases=(_Wire,),
        tag=kind_of_event,
        frozen=True,
        kw_only=True,
        omit_defaults=True,
        forbid_unknown_fields=True,
    )
    if not issubclass(made, _Wire):
        raise TypeError(made)
    return made
