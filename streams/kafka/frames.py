"""Frames: many events of one partition in one record of the log, and how records are read."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from services.errors import Rejected
from services.events import wire
from services.events.decode import ID_MAX, Waiting
from services.events.envelope import Event
from streams.projection.submission import Refused, Submission

EVENTS_MAX = 500
FRAME_MAX_BYTES = 256 * 1_024
RECORD_MAX_BYTES = 2 * 2**20
UNKNOWN_SOURCE = "unknown"

CONTENT_TYPE, TRACE = "content-type", "traceparent"
BATCH = b"application/cloudevents-batch+json"
SINGLE = b"application/cloudevents+json"
REFUSED = b"application/vnd.paceline.refused+json"

Header: TypeAlias = tuple[str, bytes]
_BINARY = ("application/json", "text/json")


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record for one partition; `count` items are in it."""

    value: bytes
    headers: tuple[Header, ...]
    count: int


class _Kept(msgspec.Struct, frozen=True, tag="refused"):
    """A delivery that could not be read, on its way to the dead letters."""

    source: str
    raw: str
    reason: str
    detail: str
    id: str = ""


class _Sourced(msgspec.Struct, frozen=True):
    source: str


def pack(items: Sequence[Submission]) -> Iterator[Record]:
    """Yield the records for items of one partition, in their order; a lone event is not wrapped."""
    events: list[Event] = []
    for item in items:
        if isinstance(item, Event):
            events.append(item)
            continue
        yield from _frames(events)
        events = []
        yield _record(item.raw, SINGLE, 1) if isinstance(item, Waiting) else _record(_keep(item), REFUSED, 1)
    yield from _frames(events)


def _frames(events: Sequence[Event]) -> Iterator[Record]:
    for start in range(0, len(events), EVENTS_MAX):
        yield from _frame(events[start : start + EVENTS_MAX])


def _frame(events: Sequence[Event]) -> Iterator[Record]:
    """Yield the frame of some events, or two halves of it where it would be too large."""
    if len(events) == 1:
        yield _record(wire.write_one(events[0]), SINGLE, 1)
        return
    body = wire.write(events)
    if len(body) <= FRAME_MAX_BYTES:
        yield _record(body, BATCH, len(events))
        return
    middle = len(events) // 2
    yield from _frame(events[:middle])
    yield from _frame(events[middle:])


def _record(value: bytes, content_type: bytes, count: int) -> Record:
    if len(value) > RECORD_MAX_BYTES:
        raise Rejected("event_size", f"an event may have {RECORD_MAX_BYTES // 2**20} MiB", status=413)
    return Record(value=value, headers=((CONTENT_TYPE, content_type),), count=count)


def unpack(value: bytes | None, headers: Sequence[Header], *, place: str, now_us: int) -> list[Submission]:
    """Return the items of a record, in order; what cannot be read is refused with its reason, and nothing raises.

    `place` is topic/partition/offset. Read are frames, single CloudEvents in structured and in binary mode, and
    JSON without a header that says what it is.
    """
    named = {name.lower(): content for name, content in headers}
    body = value or b""
    try:
        match _mode(named, body):
            case "batch":
                found = wire.read_many(body, now_us=now_us)
            case "refused":
                return [_kept(body)]
            case "binary":
                found = [wire.read_one(_structured(named, body), now_us=now_us)]
            case "single":
                found = [wire.read_one(body, now_us=now_us)]
    except Rejected as refusal:
        return [_refused(body, refusal, place)]
    return [_refused(item.raw, item.refusal, place) if isinstance(item, wire.Unreadable) else item for item in found]


def _mode(named: Mapping[str, bytes], body: bytes) -> Literal["batch", "refused", "binary", "single"]:
    said = named.get(CONTENT_TYPE, b"").partition(b";")[0].strip().lower()
    if said == BATCH:
        return "batch"
    if said == REFUSED:
        return "refused"
    if said == SINGLE:
        return "single"
    if "ce_id" in named or "ce_specversion" in named:
        return "binary"
    return "batch" if body.lstrip()[:1] == b"[" else "single"


def _structured(named: Mapping[str, bytes], body: bytes) -> bytes:
    """Return a binary-mode event, whose attributes are headers, as the JSON text that it stands for."""
    said = named.get(CONTENT_TYPE, b"application/json").partition(b";")[0].strip().lower().decode("latin-1")
    if said not in _BINARY:
        raise Rejected("content_type", "the data of an event is JSON")
    try:
        texts = {name[3:]: content.decode() for name, content in named.items() if name.startswith("ce_")}
    except UnicodeDecodeError:
        raise Rejected("encoding", "the attributes are not UTF-8", status=400) from None
    attributes: dict[str, object] = {name: _value(name, text) for name, text in texts.items()}
    head = msgspec.json.encode(attributes)
    # The data is put in as it came, so that the decoder sees every fault of it; but it must be one value.
    try:
        msgspec.json.decode(body or b"null", type=msgspec.Raw)
    except msgspec.DecodeError as error:
        raise Rejected("json_syntax", f"no JSON: {error}", pointer="/data", status=400) from None
    return head[:-1] + (b"," if attributes else b"") + b'"data":' + (body or b"null") + b"}"


def _value(name: str, text: str) -> object:
    """Return an attribute as JSON has it; headers have nothing but text."""
    if name in ("sequence", "dataversion") and text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    if name in ("dateonly", "imported") and text in ("true", "false"):
        return text == "true"
    return text


def _refused(raw: bytes, refusal: Rejected, place: str) -> Refused:
    detail = f"{refusal.pointer or '/'}: {refusal.detail}"
    return Refused(source=_source(raw), raw=raw, reason=refusal.code, detail=detail, id=place)


def _source(raw: bytes) -> str:
    """Return the source that an unreadable event names, if it does so readably."""
    try:
        found = msgspec.json.decode(raw, type=_Sourced).source
    except msgspec.DecodeError:
        return UNKNOWN_SOURCE
    return found if 1 <= len(found) <= ID_MAX and found.isprintable() else UNKNOWN_SOURCE


def _keep(item: Refused) -> bytes:
    raw = base64.b64encode(item.raw).decode()
    return msgspec.json.encode(_Kept(item.source, raw, item.reason, item.detail, item.id))


def _kept(body: bytes) -> Refused:
    try:
        kept = msgspec.json.decode(body, type=_Kept)
        raw = base64.b64decode(kept.raw, validate=True)
    except (msgspec.DecodeError, ValueError) as error:
        raise Rejected("json_syntax", f"no refused delivery: {error}", status=400) from None
    return Refused(source=kept.source, raw=raw, reason=kept.reason, detail=kept.detail, id=kept.id)
