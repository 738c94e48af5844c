"""Frames: what is packed comes out the same, and what others write is read as strictly as at the door."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.mix import Mix
from services.errors import Rejected
from services.events.decode import Waiting, decode
from services.events.encode import to_mapping
from services.events.envelope import Event
from streams.kafka.frames import EVENTS_MAX, FRAME_MAX_BYTES, RECORD_MAX_BYTES, Header, pack, unpack
from streams.projection.submission import Refused, Submission
from tests.builders import deal
from tests.stores import us

NOW_US = us("2027-06-01T00:00:00Z")
EVENTS = list(Mix().deliveries(1_200))


def found(value: bytes | None, *headers: Header) -> list[Submission]:
    """Return what a record holds."""
    return unpack(value, headers, place="t/0/7", now_us=NOW_US)


def there_and_back(items: list[Submission]) -> list[Submission]:
    """Return items after they were packed and unpacked."""
    return [one for record in pack(items) for one in found(record.value, *record.headers)]


def noted(size: int) -> Event:
    """Return an event with so many letters of fields that nobody knows."""
    parts = {f"field{number}": "x" * 60_000 for number in range(size // 60_000)}
    event = decode(msgspec.json.encode(deal("1", "2017-03-01T00:00:00Z", **parts)), now_us=NOW_US)
    assert isinstance(event, Event)
    return event


def test_what_is_packed_comes_out_in_order() -> None:
    """Events, waiting and refused ones come out the same and in order."""
    waiting = decode(msgspec.json.encode(deal("1", "2017-03-01") | {"type": "deal.sung"}), now_us=NOW_US)
    assert isinstance(waiting, Waiting)
    refused = Refused(source="crm", raw=b"\xff\x00{", reason="json_syntax", detail="no JSON", id="x")
    items: list[Submission] = [*EVENTS[:700], waiting, refused, *EVENTS[700:]]
    records = list(pack(items))
    assert there_and_back(items) == items
    assert len(records) == 2 + 2 + 1
    assert sum(record.count for record in records) == len(items)
    assert all(record.count <= EVENTS_MAX for record in records)


def test_frames_are_bounded_in_bytes() -> None:
    """Large events share no frame that is larger than its bound; a larger event travels alone."""
    large = [noted(120_000), noted(120_000), noted(120_000), noted(300_000), noted(1_000_000)]
    records = list(pack(large))
    assert [record.count for record in records] == [2, 1, 1, 1]
    assert all(len(record.value) <= FRAME_MAX_BYTES for record in records if record.count > 1)
    assert there_and_back(list(large)) == large
    with pytest.raises(Rejected, match="event_size"):
        list(pack([noted(RECORD_MAX_BYTES + 60_000)]))


def test_poison_in_a_frame_is_refused_alone() -> None:
    """Items that cannot be read become refused with reason, place and bytes; the others are read."""
    good = msgspec.json.encode(to_mapping(EVENTS[0]))
    bad = msgspec.json.encode(to_mapping(EVENTS[1]) | {"time": "yesterday"})
    first, second, third, last = found(
        b"[%s, %s ,17,%s]" % (good, bad, good), ("content-type", b"application/cloudevents-batch+json")
    )
    assert first == last == EVENTS[0]
    assert second == Refused(
        source="bench",
        raw=bad,
        reason="time_format",
        detail="/time: must look like 2017-03-01T09:30:00+08:00",
        id="t/0/7",
    )
    assert isinstance(third, Refused)
    assert (third.reason, third.raw, third.source) == ("event_type", b"17", "unknown")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "empty_body"),
        (b"", "empty_body"),
        (b"\xff\xfe", "encoding"),
        (b"[", "json_syntax"),
        (b"[]", "batch_empty"),
        (b"[" + b"1," * 1_000 + b"1]", "batch_size"),
        (b"null", "event_type"),
    ],
)
def test_an_undecodable_record_is_one_refusal(value: bytes | None, reason: str) -> None:
    """A record that cannot be read at all is refused as a whole, under its place in the log."""
    (refused,) = found(value)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.id, refused.raw) == (reason, "t/0/7", value or b"")


def test_events_of_others_are_read() -> None:
    """Structured and binary CloudEvents are read, with or without a content type."""
    plain = to_mapping(EVENTS[0])
    body = msgspec.json.encode(plain)
    assert found(body) == [EVENTS[0]]
    assert found(body, ("content-type", b"application/cloudevents+json; charset=UTF-8")) == [EVENTS[0]]
    headers = [
        (f"ce_{name}", str(value).encode()) for name, value in plain.items() if name not in ("data", "datacontenttype")
    ]
    data = msgspec.json.encode(plain["data"])
    assert found(data, ("content-type", b"application/json"), *headers) == [EVENTS[0]]
    dated = [*headers[:-1], ("ce_time", b"2017-03-01T00:00:00Z"), ("ce_dateonly", b"true"), ("ce_sequence", b"7")]
    (event,) = found(data, *dated)
    assert isinstance(event, Event)
    assert (event.date_only, event.sequence) == (True, 7)
    (refused,) = found(data, ("content-type", b"application/xml"), *headers)
    assert isinstance(refused, Refused)
    assert refused.reason == "content_type"
    # Nothing can be slipped into the envelope by way of the data.
    (slipped,) = found(b'{},"imported":true', *headers)
    assert isinstance(slipped, Refused)
    assert slipped.reason == "json_syntax"


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"application/cloudevents-batch+json",
            b"application/cloudevents+json",
            b"application/json",
            b"application/vnd.paceline.refused+json",
            b"\xff",
            b"",
        ]
    ),
    st.dictionaries(st.sampled_from(["ce_id", "ce_time", "ce_specversion", "ce_\x00"]), st.binary(max_size=9)),
)
def test_nothing_raises(value: bytes, kind: bytes, headers: dict[str, bytes]) -> None:
    """Whatever a record holds, its reader returns at least one item."""
    assert found(value, ("content-type", kind), *headers.items())
