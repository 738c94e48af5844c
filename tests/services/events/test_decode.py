"""The table of bad input as far as it concerns the decoder: every row with its code, its place and its
status.
"""

import json
from dataclasses import dataclass

import pytest

from services.errors import Rejected
from services.events.deals import DealCreated, DealUpdated
from services.events.decode import Waiting, decode, decode_batch
from services.events.envelope import Event
from services.events.invoices import ReceiptRefunded
from tests.builders import Wire, deal, event, lost, stage, won
from tests.stores import us

NOW = "2017-06-01T00:00:00Z"
NOW_US = us(NOW)
GOOD = deal("1", "2017-03-01T09:00:00Z", owner="ann", amount="10.00", currency="USD", title="Lenses")


def taken(wire: Wire) -> Event:
    """Return the event of a wire event that is accepted."""
    found = decode(json.dumps(wire).encode(), now_us=NOW_US)
    assert isinstance(found, Event)
    return found


def refused(body: bytes | Wire) -> tuple[int, str, str]:
    """Return status, code and pointer of a body that is refused."""
    with pytest.raises(Rejected) as caught:
        decode(body if isinstance(body, bytes) else json.dumps(body).encode(), now_us=NOW_US)
    return caught.value.status, caught.value.code, caught.value.pointer


def nested(depth: int) -> Wire:
    """Return data of so many arrays in each other."""
    inner: object = 1
    for _ in range(depth):
        inner = [inner]
    return GOOD | {"data": {"unheard_of": inner}}


BODY = json.dumps(GOOD).encode()


@dataclass(frozen=True)
class Row:
    """A row of the table: its number, what comes in and what is answered."""

    no: int
    body: bytes | Wire
    status: int
    code: str
    pointer: str = ""


def bare(data: str) -> bytes:
    """Return a created deal whose data is a JSON text."""
    return json.dumps(GOOD | {"data": 0}).replace('"data": 0', f'"data": {data}').encode()


ROWS = [
    Row(1, b"", 400, "empty_body"),
    Row(1, b" \n\t", 400, "empty_body"),
    Row(2, b"deal won", 400, "json_syntax"),
    Row(2, BODY + b" {}", 400, "json_syntax"),
    Row(2, b"/* a deal */ " + BODY, 400, "json_syntax"),
    Row(2, BODY.replace(b'"', b"'"), 400, "json_syntax"),
    Row(2, BODY[:-1], 400, "json_syntax"),
    Row(2, BODY[:-1] + b",}", 400, "json_syntax"),
    Row(3, BODY.replace(b"Lenses", b"Lens\xff"), 400, "encoding"),
    Row(3, BODY.replace(b"Lenses", b"\xed\xa0\x80"), 400, "encoding"),
    Row(4, b"\xef\xbb\xbf" + BODY, 400, "encoding"),
    Row(4, BODY.decode().encode("utf-16"), 400, "encoding"),
    Row(4, BODY.decode().encode("utf-16-le"), 400, "encoding"),
    Row(4, BODY.decode().encode("utf-32"), 400, "encoding"),
    Row(5, BODY.replace(b"Lenses", b"\\ud800"), 422, "text_surrogate"),
    Row(5, BODY.replace(b"Lenses", b"\\udc00\\ud800"), 422, "text_surrogate"),
    Row(6, BODY.replace(b"Lenses", b"\\u0000"), 422, "text_control"),
    Row(7, BODY[:-1] + b', "id": "again"}', 400, "json_duplicate_key"),
    Row(7, bare('{"amount": "1", "amount": "2"}'), 400, "json_duplicate_key"),
    Row(8, bare('{"unheard_of": NaN}'), 400, "number_not_finite"),
    Row(8, bare('{"unheard_of": -Infinity}'), 400, "number_not_finite"),
    Row(8, bare('{"unheard_of": 1e400}'), 400, "number_not_finite"),
    Row(9, bare('{"unheard_of": 9223372036854775808}'), 422, "number_range"),
    Row(9, bare('{"unheard_of": ' + "9" * 5_000 + "}"), 422, "number_range"),
    Row(10, bare('{"amount": "１２３"}'), 422, "number_format", "/data/amount"),
    Row(10, bare('{"amount": "1_000"}'), 422, "number_format", "/data/amount"),
    Row(10, bare('{"amount": " 12 "}'), 422, "number_format", "/data/amount"),
    Row(10, bare('{"amount": "12\\n"}'), 422, "number_format", "/data/amount"),
    Row(10, bare('{"amount": true}'), 422, "number_format", "/data/amount"),
    Row(10, bare('{"amount": 12}'), 422, "number_format", "/data/amount"),
    Row(10, bare('{"amount": "1e3"}'), 422, "number_format", "/data/amount"),
    Row(10, GOOD | {"sequence": True}, 422, "number_format", "/sequence"),
    Row(10, GOOD | {"sequence": "1"}, 422, "number_format", "/sequence"),
    Row(10, GOOD | {"sequence": -1}, 422, "number_format", "/sequence"),
    Row(
        10,
        event("activity.logged", "activity/1", NOW, kind="call", by="ann", duration_seconds=True),
        422,
        "number_format",
        "/data/duration_seconds",
    ),
    Row(11, nested(33), 400, "json_depth"),
    Row(11, b"[" * 100_000 + b"]" * 100_000, 400, "json_depth"),
    Row(12, GOOD | {"data": {f"key_{no}": no for no in range(1_001)}}, 422, "field_size"),
    Row(12, GOOD | {"data": {"title": "x" * 65_537}}, 422, "field_size"),
    Row(12, GOOD | {"data": {"title": "镜" * 21_846}}, 422, "field_size"),
    Row(20, {name: value for name, value in GOOD.items() if name != "time"}, 422, "field_missing", "/time"),
    Row(20, event("deal.stage_changed", "deal/1", NOW), 422, "field_missing", "/data/stage"),
    Row(
        20,
        event("deal.split_changed", "deal/1", NOW, revenue=[{"rep": "ann"}]),
        422,
        "field_missing",
        "/data/revenue/0/share_bp",
    ),
    Row(
        20,
        event("quota.set", "quota/1", NOW, metric="calls", period="2017", amount="1"),
        422,
        "field_missing",
        "/data/rep",
    ),
    Row(21, event("deal.stage_changed", "deal/1", NOW, stage=None), 422, "field_null", "/data/stage"),
    Row(21, event("company.configured", "company/main", NOW, zone=None), 422, "field_null", "/data/zone"),
    Row(22, GOOD | {"colour": "red"}, 422, "field_unknown", "/colour"),
    Row(23, GOOD | {"data": {"amount": "-1.00"}}, 422, "amount_sign", "/data/amount"),
    Row(23, won("1", NOW, amount="-1.00"), 422, "amount_sign", "/data/amount"),
    Row(24, GOOD | {"data": {"amount": "1.001", "currency": "USD"}}, 422, "amount_scale", "/data/amount"),
    Row(24, lost("1", NOW, amount="1.5", currency="JPY"), 422, "amount_scale", "/data/amount"),
    Row(24, GOOD | {"data": {"amount": "1" + "0" * 15}}, 422, "amount_range", "/data/amount"),
    Row(25, GOOD | {"data": {"amount": "1", "currency": "XYZ"}}, 422, "currency_unknown", "/data/currency"),
    Row(25, GOOD | {"data": {"amount": "1", "currency": "EURO"}}, 422, "currency_unknown", "/data/currency"),
    Row(
        25,
        event("rate.set", "rate/XYZ", NOW, day="2017-01-01", to="USD", rate="1"),
        422,
        "currency_unknown",
        "/subject",
    ),
    Row(27, GOOD | {"time": "2017-03-01T09:00:00"}, 422, "time_zone_missing", "/time"),
    Row(27, GOOD | {"recordedtime": "2017-03-01T09:00:00"}, 422, "time_zone_missing", "/recordedtime"),
    Row(28, GOOD | {"time": 1_488_358_800}, 422, "time_format", "/time"),
    Row(28, GOOD | {"time": 1_488_358_800_000}, 422, "time_format", "/time"),
    Row(28, GOOD | {"time": "1488358800"}, 422, "time_format", "/time"),
    Row(28, GOOD | {"time": "2017-02-30T09:00:00Z"}, 422, "time_format", "/time"),
    Row(29, GOOD | {"time": "2017-06-01T00:10:00.000001Z"}, 422, "time_future", "/time"),
    Row(29, GOOD | {"time": "2018-06-01T00:00:00Z"}, 422, "time_future", "/time"),
    Row(30, GOOD | {"time": "1999-12-31T23:59:59Z"}, 422, "time_range", "/time"),
    Row(30, GOOD | {"time": "9999-01-01T00:00:00Z"}, 422, "time_range", "/time"),
    Row(30, GOOD | {"time": "2016-12-31T23:59:60Z"}, 422, "time_range", "/time"),
    Row(30, GOOD | {"time": "2017-03-01T24:00:00Z"}, 422, "time_range", "/time"),
    Row(34, GOOD | {"id": ""}, 422, "id_format", "/id"),
    Row(34, GOOD | {"id": "x" * 256}, 422, "id_format", "/id"),
    Row(34, GOOD | {"id": "a\nb"}, 422, "id_format", "/id"),
    Row(34, GOOD | {"id": 7}, 422, "id_format", "/id"),
    Row(34, GOOD | {"source": ""}, 422, "id_format", "/source"),
    Row(34, GOOD | {"source": "a\u202eb"}, 422, "id_format", "/source"),
    Row(34, GOOD | {"subject": "deal/1\n"}, 422, "subject_format", "/subject"),
    Row(34, GOOD | {"subject": "deal"}, 422, "subject_format", "/subject"),
    Row(34, GOOD | {"subject": "deal/" + "1" * 65}, 422, "subject_format", "/subject"),
    Row(34, GOOD | {"subject": "account/1"}, 422, "subject_kind", "/subject"),
    Row(34, GOOD | {"data": {"owner": "ann@example.com"}}, 422, "id_format", "/data/owner"),
    Row(34, GOOD | {"data": {"owner": "ann\n"}}, 422, "id_format", "/data/owner"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.no}-{row.code}")
def test_a_row_of_bad_input_is_refused_with_code_place_and_status(row: Row) -> None:
    """A row of the table is answered with its status, its reason code and a pointer to the place."""
    assert refused(row.body) == (row.status, row.code, row.pointer)


def test_every_row_that_the_decoder_refuses_is_here() -> None:
    """The rows 1 to 12, 20 to 25, 27 to 30 and 34 each have a case."""
    assert {row.no for row in ROWS} == {*range(1, 13), *range(20, 26), *range(27, 31), 34}


def test_the_answer_echoes_nothing_of_what_came_in() -> None:
    """A refusal never repeats a value: it could be an address or a secret."""
    with pytest.raises(Rejected) as caught:
        decode(json.dumps(GOOD | {"data": {"owner": "ann@example.com"}}).encode(), now_us=NOW_US)
    assert "ann" not in caught.value.detail


@pytest.mark.parametrize(
    ("change", "code"),
    [({"type": "deal.levitated"}, "type_unknown"), ({"dataversion": 2}, "version_unsupported")],
)
def test_rows_18_and_19_what_is_not_understood_waits(change: Wire, code: str) -> None:
    """Rows 18 and 19: an unknown type and a newer version are kept as they came, whatever their data."""
    found = decode(json.dumps(GOOD | change | {"data": {"x": [1]}}).encode(), now_us=NOW_US)
    assert isinstance(found, Waiting)
    assert (found.code, found.subject) == (code, "deal/1")
    assert json.loads(found.raw) == GOOD | change | {"data": {"x": [1]}}


def test_row_6_other_controls_are_stored_composed() -> None:
    """Row 6: zero-width and bidi characters are kept, and text is stored in Unicode's composed form (NFC)."""
    found = taken(GOOD | {"data": {"title": "Cafe\u0301 \u202e\u200b"}})
    assert isinstance(found.data, DealCreated)
    assert found.data.title == "Caf\u00e9 \u202e\u200b"


def test_row_11_thirty_two_levels_are_accepted() -> None:
    """Row 11: the envelope, its data and thirty arrays are 32 levels."""
    assert taken(nested(30)).extra is not None


def test_row_12_a_text_of_64_kib_is_accepted() -> None:
    """Row 12: 65,536 bytes are the longest text, and 1,000 keys the largest object."""
    assert taken(GOOD | {"data": {"title": "x" * 65_536}})
    assert taken(GOOD | {"data": {f"key_{no}": no for no in range(1_000)}})


def test_row_21_null_clears_and_absent_changes_nothing() -> None:
    """Row 21: in an update a null is not the same as an absent field."""
    cleared = taken(event("deal.updated", "deal/1", NOW, owner=None))
    untouched = taken(event("deal.updated", "deal/1", NOW))
    assert isinstance(cleared.data, DealUpdated)
    assert isinstance(untouched.data, DealUpdated)
    assert cleared.data.owner is None
    assert untouched.data.owner is not None


def test_row_22_an_unknown_field_of_data_is_kept_apart() -> None:
    """Row 22: what nobody knows is accepted inside data, as erasable text."""
    found = taken(GOOD | {"data": {"owner": "ann", "weather": "fog"}})
    assert found.extra == b'{"weather":"fog"}'


def test_row_23_money_given_back_is_a_positive_amount_and_adjustments_have_signs() -> None:
    """Row 23: only types whose meaning it is take a negative amount."""
    found = taken(event("receipt.refunded", "invoice/1", NOW, receipt="r", amount="5.00"))
    assert isinstance(found.data, ReceiptRefunded)
    fields = {
        "metric": "won_amount",
        "rep": "ann",
        "day": "2017-05-01",
        "reason": "freight",
        "currency": "USD",
    }
    assert taken(event("adjustment.posted", "adjustment/1", NOW, amount="-5.00", **fields))


def test_row_24_the_largest_amount_and_the_scales_of_currencies() -> None:
    """Row 24: just below 10^15, no place for yen, three for dinars."""
    for amount, currency in (("9" * 15, "JPY"), ("1.234", "BHD"), ("1.20", "USD"), ("0", "EUR")):
        assert taken(GOOD | {"data": {"amount": amount, "currency": currency}})


def test_row_25_a_currency_in_lower_case_is_taken_as_capitals() -> None:
    """Row 25: eur is EUR."""
    found = taken(GOOD | {"data": {"amount": "1", "currency": "eur"}})
    assert isinstance(found.data, DealCreated)
    assert found.data.currency == "EUR"


def test_row_29_ten_minutes_ahead_are_accepted() -> None:
    """Row 29: a clock may be ten minutes fast; a date of the far east may already be tomorrow."""
    assert taken(GOOD | {"time": "2017-06-01T00:10:00Z"})
    assert taken(stage("1", "2017-06-01", "offer")).date_only
    evening = decode(json.dumps(stage("1", "2017-06-02", "offer")).encode(), now_us=us("2017-06-01T11:00:00Z"))
    assert isinstance(evening, Event)


def test_row_30_the_first_and_the_last_moment() -> None:
    """Row 30: the years 2000 to 9998 are accepted, the last one once it has come."""
    assert taken(GOOD | {"time": "2000-01-01T00:00:00Z"})
    last = json.dumps(GOOD | {"time": "9998-12-31T23:59:59Z"}).encode()
    assert isinstance(decode(last, now_us=us("9998-12-31T23:59:59Z")), Event)


def test_a_moment_keeps_its_microseconds_and_loses_its_offset() -> None:
    """Times are moments: an offset is only a way to write one."""
    assert taken(GOOD | {"time": "2017-03-01T17:00:00.123456+08:00"}).time_us == us("2017-03-01T09:00:00.123456Z")


def test_a_date_only_fact_has_no_time() -> None:
    """A fact that has only a date is written at midnight UTC, or refused."""
    assert refused(GOOD | {"dateonly": True}) == (422, "time_format", "/time")
    assert refused(GOOD | {"dateonly": "yes"}) == (422, "field_type", "/dateonly")


@pytest.mark.parametrize(
    ("wire", "code", "pointer"),
    [
        (GOOD | {"specversion": "0.3"}, "specversion", "/specversion"),
        (GOOD | {"data": []}, "field_type", "/data"),
        (event("deal.merged", "deal/1", NOW, into="1"), "merge_self", "/data/into"),
        (event("company.configured", "company/main", NOW, zone="Mars/Olympus"), "zone_unknown", "/data/zone"),
        (
            event("company.configured", "company/main", NOW, zone="../etc/passwd"),
            "zone_unknown",
            "/data/zone",
        ),
        (event("company.configured", "company/other", NOW), "subject_kind", "/subject"),
        (event("rep.left", "rep/ann", NOW, day="2017-02-30"), "date_format", "/data/day"),
        (
            event("rate.set", "rate/EUR", NOW, day="2017-01-01", to="USD", rate="0.0"),
            "rate_range",
            "/data/rate",
        ),
        (
            event("deal.split_changed", "deal/1", NOW, revenue=[{"rep": "ann", "share_bp": 9_999}]),
            "split_sum",
            "/data/revenue",
        ),
        (
            event("deal.split_changed", "deal/1", NOW, revenue=[{"rep": "ann", "share_bp": 5_000}] * 2),
            "split_twice",
            "/data/revenue",
        ),
        (event("ticket.rated", "ticket/1", NOW, score=6), "number_format", "/data/score"),
        (event("activity.logged", "activity/1", NOW, kind="dance", by="ann"), "field_value", "/data/kind"),
    ],
)
def test_what_makes_no_sense_is_refused(wire: Wire, code: str, pointer: str) -> None:
    """Checks that the shape alone cannot make have codes and places too."""
    assert refused(wire) == (422, code, pointer)


def test_a_batch_answers_for_each_item_in_order() -> None:
    """Rows 40 to 44: an empty or oversized batch is refused whole; else every item has its own outcome."""
    bodies: dict[str, tuple[bytes, int]] = {
        "batch_empty": (b"[]", 400),
        "batch_type": (b"{}", 400),
        "batch_size": (json.dumps([{}] * 1_001).encode(), 413),
    }
    for code, (body, status) in bodies.items():
        with pytest.raises(Rejected) as caught:
            decode_batch(body, now_us=NOW_US)
        assert (caught.value.code, caught.value.status) == (code, status)
    items = decode_batch(json.dumps([GOOD, GOOD | {"id": ""}, GOOD | {"type": "deal.x"}, 7]).encode(), now_us=NOW_US)
    assert [type(item) for item in items] == [Event, Rejected, Waiting, Rejected]
