"""The exact form is a shorter way to the same: whatever a text says, both ways of reading it agree."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import Rejected
from services.events import wire
from services.events.catalogue import NAMES, TYPES, Data
from services.events.checks import checked, is_sound, needs_check
from services.events.deals import DealCreated, DealLost, DealUpdated, DealWon
from services.events.decode import INTERNAL, Waiting, decode
from services.events.encode import to_mapping
from services.events.envelope import Event
from tests.builders import deal, event, stage, won
from tests.stores import us

NOW_US = us("2017-06-01T00:00:00Z")
LATER_US = us("2027-06-01T00:00:00Z")
EXAMPLES = sorted((Path(__file__).parents[3] / "docs" / "events").glob("*.json"))
GOOD = [
    deal("1", "2017-03-01T09:00:00.5Z", owner="ann", amount="10.00", currency="USD", title="镜头 für Zoë"),
    stage("1", "2017-03-02", "proposal"),
    won("1", "2017-03-03T00:00:00+08:00", amount="10.00", currency="usd"),
    event("deal.noted", "deal/1", "2017-03-04T00:00:00Z", text='Line\nbreak "quoted"'),
    event("deal.created", "deal/2", "2017-03-04T00:00:00Z", {"sequence": 7, "imported": True}, mood="unknown"),
    event("rate.set", "rate/EUR", "2017-03-04", day="2017-03-04", to="USD", rate="1.1"),
]
# What is wrong in some way; none of it may be read where the decoder would refuse.
PIECES: list[object] = [
    *("", "x", "deal/1", "deal/", "company/other", "2017-03-01", "2017-03-01T09:00:00", "2017-03-01T24:00:00Z"),
    *("2017-03-01T09:00:60Z", "2100-01-01T00:00:00Z", "1999-12-31T00:00:00Z", "2000-01-01T00:00:00Z", "-1", "1e3"),
    *("a\u0301", "\u3000", "\x7f", "\n", "\x00", "é", "x" * 256, "字" * 20_000, "USD", "XXY", "1.234", None, True),
    *(False, 0, 1, -1, 1.0, 2**63, 2**64, [], {}, [{"rep": "ann", "share_bp": 10_000}], {"amount": "-1"}),
]
NAMES_OF_FIELDS = ["id", "source", "type", "subject", "time", "dateonly", "imported", "sequence", "recordedtime"]
FIELDS = st.sampled_from([*NAMES_OF_FIELDS, "data", "specversion", "dataversion", "datacontenttype", "other"])
DATA_FIELDS = st.sampled_from(["amount", "currency", "owner", "title", "stage", "into", "text", "closed_on", "other"])


def strictly(body: bytes) -> object:
    """Return what the decoder of the doors says of a text."""
    try:
        return decode(body, now_us=NOW_US)
    except Rejected as refusal:
        return refusal.code, refusal.pointer


def shortly(found: wire.Found) -> object:
    """Return what the other way says, in the same form."""
    return (found.refusal.code, found.refusal.pointer) if isinstance(found, wire.Unreadable) else found


def taken(sent: dict[str, object]) -> Event:
    """Return the event of a mapping that is accepted."""
    found = decode(json.dumps(sent).encode(), now_us=LATER_US)
    assert isinstance(found, Event)
    return found


def exact(sent: dict[str, object]) -> bytes:
    """Return a mapping as it would be written."""
    return json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def told() -> list[Event]:
    """Return the examples of the documentation."""
    bodies = [msgspec.json.decode(path.read_bytes()) for path in EXAMPLES]
    return [taken(one) for one in bodies if one["type"] not in INTERNAL]


WRITTEN: list[dict[str, object]] = [json.loads(wire.write_one(taken(one))) for one in GOOD]
SOUND = taken(GOOD[1])


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.sampled_from(WRITTEN), FIELDS, DATA_FIELDS, st.sampled_from(PIECES), st.booleans(), st.integers(0, 3))
def test_both_ways_agree(
    good: dict[str, object], name: str, inner: str, piece: object, within: bool, twist: int
) -> None:
    """A field changed, added or said twice: both ways take the same event or refuse for the same reason."""
    data = good["data"]
    assert isinstance(data, dict)
    sent = good | ({"data": data | {inner: piece}} if within else {name: piece})
    body = exact(sent)
    if twist == 1:
        body = body.replace(b"{", b'{"id":"first",', 1)
    elif twist == 2:
        body = body.replace(b'"data":{', b'"data":{"title":"first",', 1)
    elif twist == 3:
        body = body.replace(b",", b", ", 1)
    expected = strictly(body)
    assert shortly(wire.read_one(body, now_us=NOW_US)) == expected
    try:
        (alone,) = wire.read_many(b"[" + body + b"]", now_us=NOW_US)
    except Rejected as refusal:
        # No JSON within makes the whole none.
        assert refusal.status == 400
        assert expected == (refusal.code, refusal.pointer)
        return
    assert shortly(alone) == expected
    # Beside a sound one, it is neither lost nor does it take the sound one with it.
    first, second = wire.read_many(b"[" + wire.write_one(SOUND) + b"," + body + b"]", now_us=NOW_US)
    assert first == SOUND
    assert shortly(second) == expected


@settings(max_examples=500, derandomize=True, deadline=None)
@given(
    st.sampled_from(WRITTEN),
    st.integers(0, 400),
    st.sampled_from([b"", b'"', b"\\", b"\xff", b"\x7f", b"0", b"{", b","]),
)
def test_any_byte_changed_is_read_alike(good: dict[str, object], place: int, new: bytes) -> None:
    """A text with one byte changed or lost is read alike by both ways."""
    body = exact(good)
    place %= len(body)
    broken = body[:place] + new + body[place + 1 :]
    assert shortly(wire.read_one(broken, now_us=NOW_US)) == strictly(broken)


def test_what_is_written_is_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events of every kind of the documentation come back the same, alone and together, without the decoder."""
    rest = [taken(GOOD[4]), *(one for one in told() if one.root_kind == "rate")]
    kept = [*(taken(one) for one in GOOD[:3]), *(one for one in told() if one not in rest)]
    assert len(kept) > 20
    assert wire.read_many(wire.write([*kept, *rest]), now_us=LATER_US) == [*kept, *rest]
    monkeypatch.delattr(wire, "decode")
    assert wire.read_many(wire.write(kept), now_us=LATER_US) == kept
    assert [wire.read_one(wire.write_one(one), now_us=LATER_US) for one in kept] == kept


def test_what_is_written_is_what_others_read() -> None:
    """The exact form is CloudEvents JSON that means the same as the plain one."""
    for found in told():
        plain = to_mapping(found)
        plain.pop("datacontenttype")
        said = msgspec.json.decode(wire.write_one(found))
        said.pop("datacontenttype", None)
        assert said == msgspec.json.decode(msgspec.json.encode(plain))


def test_types_that_are_unknown_wait() -> None:
    """An event of a type that nobody knows comes out as one that waits."""
    body = exact(GOOD[0] | {"type": "deal.teleported"})
    assert isinstance(wire.read_one(body, now_us=NOW_US), Waiting)


@pytest.mark.parametrize("kind", sorted(TYPES.values(), key=str), ids=lambda kind: kind.__name__)
def test_long_texts_are_named(kind: type[Data]) -> None:
    """Every field of text without a small bound is one of the class's `texts`, so that its length is looked at."""

    def bounded(found: msgspec.inspect.Type) -> bool:
        match found:
            case msgspec.inspect.StrType(max_length=most, pattern=pattern):
                return pattern is not None or (most is not None and most <= 255)
            case msgspec.inspect.UnionType(types=types):
                return all(bounded(one) for one in types)
            case msgspec.inspect.VarTupleType(item_type=inner) | msgspec.inspect.ListType(item_type=inner):
                return bounded(inner)
            case msgspec.inspect.StructType(fields=fields):
                return all(bounded(one.type) for one in fields)
            case msgspec.inspect.DictType():
                return False
        return True

    described = msgspec.inspect.type_info(kind)
    assert isinstance(described, msgspec.inspect.StructType)
    names: tuple[str, ...] = getattr(kind, "texts", ())
    assert [one.name for one in described.fields if not bounded(one.type) and one.name not in names] == []
    assert NAMES[kind] in TYPES


def test_what_needs_no_check_is_not_changed_by_one() -> None:
    """Data of a class that is not looked at is returned as it is."""
    free = [kind for kind in TYPES.values() if not needs_check(kind)]
    assert free
    for one in told():
        if type(one.data) in free:
            assert checked(one.data, one.root_id) is one.data


AMOUNTS = st.one_of(
    st.none(),
    st.just(msgspec.UNSET),
    st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,6})?", fullmatch=True),
    st.sampled_from(["0", "-0", "1.000", "0.001", "9" * 12, "9" * 13, "0" * 12, "999999999999.9999"]),
)
CURRENCIES = st.sampled_from([None, msgspec.UNSET, "USD", "usd", "JPY", "KWD", "CLF", "XXY", "CNY"])


@given(st.sampled_from([DealCreated, DealUpdated, DealWon, DealLost]), AMOUNTS, CURRENCIES)
def test_what_is_sound_at_a_glance_is_what_the_checks_take_as_it_is(
    kind: type[DealCreated], amount: str | None, currency: str | None
) -> None:
    """Whatever amount and currency a deal has: what needs no second look comes out of the checks unchanged."""
    data = kind(amount=amount, currency=currency)
    if is_sound(data):
        assert checked(data, "1") == data


def test_usual_amounts_are_sound() -> None:
    """The usual deal is seen at a glance; control for the test above."""
    assert is_sound(DealWon(amount="1054.00", currency="EUR"))
    assert not is_sound(DealWon(amount="1054.001", currency="EUR"))
