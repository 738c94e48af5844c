"""The table of bad input, end to end: each is answered with its status and code, stores nothing, and echoes nothing."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import msgspec
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.settings import BATCH_MAX_BYTES, BODY_MAX_BYTES
from tests.api.houses import BATCH, ONE, opened, problem_of, send
from tests.builders import deal, event, order, won
from tests.stores import Wire

CANARY = "kanarienvogel"
GOOD = deal("one", "2017-03-01", owner="ann", amount="10.00", currency="USD")


def changed(**attributes: object) -> bytes:
    """Return the good event with other attributes."""
    return msgspec.json.encode(GOOD | attributes)


def without(name: str) -> bytes:
    """Return the good event without an attribute."""
    return msgspec.json.encode({key: value for key, value in GOOD.items() if key != name})


def holding(type_: str = "deal.created", about: str = "deal/one", /, **fields: object) -> bytes:
    """Return an event with some data."""
    return msgspec.json.encode(event(type_, about, "2017-03-01", **fields))


def raw(old: bytes, new: bytes) -> bytes:
    """Return the good event with some of its bytes changed."""
    body = msgspec.json.encode(GOOD)
    assert old in body
    return body.replace(old, new)


def nested(depth: int) -> bytes:
    """Return the good event with a value nested deep in its data."""
    return raw(b'"owner":"ann"', b'"owner":"ann","deep":' + b"[" * depth + b"]" * depth)


BODIES: dict[str, tuple[bytes, int, str]] = {
    "1 empty": (b"", 400, "empty_body"),
    "1 spaces": (b" \n", 400, "empty_body"),
    "2 no JSON": (b"{'id': '" + CANARY.encode() + b"'}", 400, "json_syntax"),
    "2 trailing": (msgspec.json.encode(GOOD) + b"{}", 400, "json_syntax"),
    "2 comment": (b"/* " + CANARY.encode() + b" */{}", 400, "json_syntax"),
    "3 no UTF-8": (raw(b"ann", b"\xff\xfe"), 400, "encoding"),
    "4 UTF-16": (msgspec.json.encode(GOOD).decode().encode("utf-16"), 400, "encoding"),
    "4 UTF-32": (msgspec.json.encode(GOOD).decode().encode("utf-32-le"), 400, "encoding"),
    "4 mark": (b"\xef\xbb\xbf" + msgspec.json.encode(GOOD), 400, "encoding"),
    "5 half a character": (raw(b"ann", b"\\ud800"), 422, "text_surrogate"),
    "6 NUL": (raw(b"ann", b"a\\u0000n"), 422, "text_control"),
    "7 key twice": (raw(b'"owner":"ann"', b'"owner":"ann","owner":"bob"'), 400, "json_duplicate_key"),
    "8 NaN": (raw(b'"ann"', b"NaN"), 400, "number_not_finite"),
    "8 infinite": (raw(b'"ann"', b"1e400"), 400, "number_not_finite"),
    "9 large": (changed(sequence=2**63), 422, "number_range"),
    "9 long": (raw(b'"ann"', b"1" * 5_000), 422, "number_range"),
    "10 full width": (holding(amount="１２３", currency="USD"), 422, "number_format"),
    "10 underscore": (holding(amount="1_000", currency="USD"), 422, "number_format"),
    "10 spaces": (holding(amount=" 12 ", currency="USD"), 422, "number_format"),
    "10 true": (changed(sequence=True), 422, "number_format"),
    "10 exponent": (holding(amount="1e3", currency="USD"), 422, "number_format"),
    "11 deep": (nested(40), 400, "json_depth"),
    "11 very deep": (nested(100_000), 400, "json_depth"),
    "12 keys": (holding(**{f"k{number}": 1 for number in range(1_001)}), 422, "field_size"),
    "12 text": (holding(title="x" * 65_537), 422, "field_size"),
    "13 large": (b" " * (BODY_MAX_BYTES + 1), 413, "too_large"),
    "20 no id": (without("id"), 422, "field_missing"),
    "20 no data": (without("data"), 422, "field_missing"),
    "20 no amount": (holding("receipt.received", "invoice/one", received_on="2017-03-01"), 422, "field_missing"),
    "21 null": (changed(subject=None), 422, "subject_format"),
    "22 envelope": (changed(**{CANARY * 3: 1}), 422, "field_unknown"),
    "23 negative": (holding(amount="-1.00", currency="USD"), 422, "amount_sign"),
    "24 scale": (holding(amount="1.001", currency="USD"), 422, "amount_scale"),
    "24 scale of yen": (holding(amount="1.5", currency="JPY"), 422, "amount_scale"),
    "24 range": (holding(amount="1" + "0" * 15, currency="USD"), 422, "amount_range"),
    "25 unknown": (holding(amount="1", currency="XYZ"), 422, "currency_unknown"),
    "25 no code": (holding(amount="1", currency=CANARY), 422, "currency_unknown"),
    "27 no zone": (changed(time="2017-03-01T09:30:00"), 422, "time_zone_missing"),
    "28 epoch": (changed(time=1_488_326_400), 422, "time_format"),
    "28 words": (changed(time=CANARY), 422, "time_format"),
    "29 future": (changed(time="2018-01-01T00:10:01Z", dateonly=False), 422, "time_future"),
    "30 before 2000": (changed(time="1999-12-31T00:00:00Z"), 422, "time_range"),
    "30 year 9999": (changed(time="9999-01-01T00:00:00Z"), 422, "time_range"),
    "30 leap second": (changed(time="2016-12-31T23:59:60Z", dateonly=False), 422, "time_range"),
    "30 24 o'clock": (changed(time="2017-03-01T24:00:00Z", dateonly=False), 422, "time_range"),
    "34 empty id": (changed(id=""), 422, "id_format"),
    "34 long id": (changed(id="x" * 256), 422, "id_format"),
    "34 control": (changed(id=f"{CANARY}\x07"), 422, "id_format"),
    "choice": (holding("activity.logged", "activity/one", kind=CANARY, by="ann"), 422, "field_value"),
    "kind": (changed(subject=f"{CANARY}/one"), 422, "subject_kind"),
    "rate": (holding("rate.set", f"rate/{CANARY}", day="2017-01-01", to="USD", rate="1"), 422, "currency_unknown"),
    "internal": (holding("rules.activated", "company/main"), 422, "type_internal"),
    "no object": (b'"kanarienvogel"', 422, "event_type"),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
async def test_a_bad_body(tmp_path: Path, name: str) -> None:
    """It is refused with its status and code, counted once, stored nowhere and repeated nowhere."""
    body, status, code = BODIES[name]
    with opened(tmp_path) as site:
        async with site.client() as client:
            answer = await client.post("/api/events", content=body, headers={"Content-Type": ONE})
            found = problem_of(answer, status, code)
            shown = (await client.get("/api/accounting")).json()
    assert CANARY not in answer.text
    assert found["errors"]
    assert (shown["received"], shown["rejected"], shown["gap"]) == (1, 1, 0)


ACCEPTED: dict[str, Wire] = {
    "6 bidi": deal("one", "2017-03-01", title="a\u202eb\u200bc"),
    "22 data": deal("one", "2017-03-01", colour="red"),
    "25 lower case": deal("one", "2017-03-01", amount="1.00", currency="usd"),
    "26 no rate": deal("one", "2017-03-01", amount="1.00", currency="CNY"),
    "29 skew": event("deal.created", "deal/one", "2018-01-01T00:09:59Z"),
    "31 old": deal("one", "2000-01-01"),
    "35 nobody": deal("one", "2017-03-01", owner="nobody-known", account="nothing-known"),
    "37 no such stage": event("deal.stage_changed", "deal/one", "2017-03-01", stage="nowhere"),
    "38 delete unknown": event("deal.deleted", "deal/never", "2017-03-01"),
    "39 loop": event("deal.merged", "deal/one", "2017-03-01", into="two"),
}


@pytest.mark.parametrize("name", ACCEPTED)
async def test_what_is_odd_but_true_is_taken(tmp_path: Path, name: str) -> None:
    """Odd facts are applied; what does not add up shows on the deal, not at the door."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            answer = await send(client, ACCEPTED[name])
    assert answer.status_code == 202, answer.text
    assert "dead_letter" not in answer.json()


async def test_rows_37_to_39_show_on_the_deal(tmp_path: Path) -> None:
    """An unknown stage and a merge loop are anomalies of the deal; an update after a deletion changes nothing."""
    wires = [
        *order("one", "2017-03-01"),
        *order("two", "2017-03-01"),
        event("deal.merged", "deal/one", "2017-03-02", into="two"),
        event("deal.merged", "deal/two", "2017-03-03", into="one"),
        *order("gone", "2017-03-01"),
        event("deal.deleted", "deal/gone", "2017-03-02"),
        event("deal.updated", "deal/gone", "2017-03-03", amount="99.00"),
    ]
    with opened(tmp_path) as site:
        async with site.client() as client:
            assert {(await send(client, wire)).status_code for wire in wires} == {202}
            told = [(await client.get(f"/api/deals/{name}")).json() for name in ("two", "gone")]
            board = (await client.get("/api/boards/won_amount?period=2017-03")).json()
    assert "merge_cycle" in told[0]["anomalies"]
    assert told[1]["deleted"]
    assert board["total"]["value"]["amount"] == "10.00"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "text/plain"}, 415, "media_type"),
        ({"Content-Type": BATCH}, 415, "media_type"),
        ({}, 415, "media_type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415, "media_type"),
        ({"Content-Type": ONE, "Content-Encoding": "gzip"}, 415, "content_encoding"),
        ({"Content-Type": ONE, "Content-Encoding": "identity, br"}, 415, "content_encoding"),
    ],
)
async def test_a_body_of_another_kind(tmp_path: Path, headers: Mapping[str, str], status: int, code: str) -> None:
    """Rows 14 and 15: other media types and encodings are 415 before the body is read."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            problem_of(await client.post("/api/events", content=changed(), headers=headers), status, code)


@pytest.mark.parametrize("kind", [ONE, "application/json", "Application/CloudEvents+JSON; charset=utf-8"])
async def test_kinds_that_are_taken(tmp_path: Path, kind: str) -> None:
    """Plain JSON is taken too; parameters and case do not matter."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            answer = await client.post("/api/events", content=changed(), headers={"Content-Type": kind})
    assert answer.status_code == 202


@pytest.mark.parametrize(("path", "limit"), [("events", BODY_MAX_BYTES), ("events/batch", BATCH_MAX_BYTES)])
async def test_a_body_without_length_has_the_same_limit(tmp_path: Path, path: str, limit: int) -> None:
    """Row 13: a stream that never says how long it is stops being read at the limit."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65_536
            yield b" " * 65_536

    with opened(tmp_path) as site:
        async with site.client() as client:
            kind = ONE if path == "events" else BATCH
            answer = await client.post(f"/api/{path}", content=endless(), headers={"Content-Type": kind})
            problem_of(answer, 413, "too_large")
    assert sent <= limit + 2 * 65_536


async def test_a_sender_that_leaves_stores_nothing(tmp_path: Path) -> None:
    """Row 55: a body that breaks off is not an event, and breaks nothing."""
    with opened(tmp_path) as site:
        transport = httpx.ASGITransport(app=_leaving(site.app), raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await client.post("/api/events", content=changed(), headers={"Content-Type": ONE})
        async with site.client() as client:
            shown = (await client.get("/api/accounting")).json()
    assert (shown["received"], shown["applied"], shown["gap"]) == (0, 0, 0)


def _leaving(app: ASGIApp) -> ASGIApp:
    """Return an application whose senders leave after the first half of the body."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        parts = iter([{"type": "http.request", "body": changed()[:40], "more_body": True}])

        async def half() -> Message:
            return next(parts, {"type": "http.disconnect"})

        await app(scope, half, send)

    return asked


async def test_a_won_deal_of_no_known_creation(tmp_path: Path) -> None:
    """Row 35: a fact about a deal that nobody created yet counts when the rest arrives."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send(client, won("one", "2017-03-02"))
            await send(client, GOOD)
            board = (await client.get("/api/boards/won_amount?period=2017-03")).json()
    assert board["rows"][0]["value"] == {"amount": "10.00", "currency": "USD"}
