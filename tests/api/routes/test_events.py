"""Events in over HTTP: what is answered for one, for a batch, and for the same request twice."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from tests.api.houses import BATCH, Json, Site, opened, problem_of, send, send_batch
from tests.builders import deal, event, order, won
from tests.stores import Wire

NEW = deal("one", "2017-03-01", owner="ann", amount="10.00", currency="USD")
OTHER = NEW | {"data": {"owner": "bob"}}
UNKNOWN = event("deal.dreamt_of", "deal/one", "2017-03-01")
BAD = event("deal.created", "deal/two", "2017-03-01", currency="nothing")


def counted(site: Site) -> dict[str, int]:
    """Return the accounting that closes."""
    rows = site.house.questions.connection().execute("SELECT name, SUM(value) FROM counters GROUP BY name")
    return dict(rows.fetchall())


def statuses(body: Json) -> list[object]:
    """Return the statuses of the items of a batch, after checking that they are in order."""
    items = body["items"]
    assert isinstance(items, list)
    assert [item["index"] for item in items] == list(range(len(items)))
    return [item["status"] for item in items]


async def test_new_known_and_conflicting(tmp_path: Path) -> None:
    """A new event is 202, the same again 200, its id with other content 409 and a dead letter."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            first, again, other = [await send(client, wire) for wire in (NEW, NEW, OTHER)]
            letters = (await client.get("/api/dead-letters")).json()
            shown = (await client.get("/api/accounting")).json()
    assert (first.status_code, first.json()["position"]) == (202, 1)
    assert (again.status_code, again.json()["duplicate"], again.json()["position"]) == (200, True, 1)
    problem_of(other, 409, "id_conflict")
    assert [letter["reason"] for letter in letters] == ["id_conflict"]
    assert shown == {
        "received": 3, "applied": 1, "duplicate": 1, "rejected": 0, "dead_letters": 1, "repeated": 0, "gap": 0
    }  # fmt: skip


async def test_what_is_not_understood_waits(tmp_path: Path) -> None:
    """An unknown type and a newer version are taken, as dead letters of class waiting."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            answers = [await send(client, wire) for wire in (UNKNOWN, NEW | {"dataversion": 2})]
            letters = (await client.get("/api/dead-letters")).json()
    assert [answer.status_code for answer in answers] == [202, 202]
    assert [answer.json()["dead_letter"] for answer in answers] == [1, 2]
    assert [(one["class"], one["reason"]) for one in letters] == [
        ("waiting", "type_unknown"),
        ("waiting", "version_unsupported"),
    ]


async def test_a_batch_answers_for_each_item_in_order(tmp_path: Path) -> None:
    """A batch that is partly bad is 207 with a result per item, duplicates inside the batch among them."""
    wires = [NEW, NEW, BAD, OTHER, UNKNOWN, won("one", "2017-03-02")]
    with opened(tmp_path) as site:
        async with site.client() as client:
            answer = await send_batch(client, wires)
            shown = (await client.get("/api/accounting")).json()
    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (207, "application/json")
    assert statuses(body) == [202, 200, 422, 409, 202, 202]
    assert (body["accepted"], body["duplicate"], body["rejected"]) == (3, 1, 2)
    assert body["items"][2]["problem"]["code"] == "currency_unknown"
    assert body["items"][2]["problem"]["pointer"] == "/data/currency"
    assert shown["gap"] == 0


@pytest.mark.parametrize(("wires", "status"), [([NEW], 202), ([NEW, NEW], 202), ([BAD, BAD], 422), ([BAD, 7], 422)])
async def test_status_of_a_batch(tmp_path: Path, wires: list[object], status: int) -> None:
    """All good is 202; all bad is 422, with the items."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            answer = await send_batch(client, wires)
    assert answer.status_code == status
    assert len(answer.json()["items"]) == len(wires)


@pytest.mark.parametrize("bad", [BAD, OTHER, UNKNOWN], ids=["refused", "conflict", "waiting"])
async def test_atomic_is_all_or_nothing(tmp_path: Path, bad: Wire) -> None:
    """One item that cannot be applied keeps the whole atomic batch out; the others say 424 and why."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            answer = await send_batch(client, [NEW, bad, *order("three", "2017-03-01")], "?atomic=true")
            shown = (await client.get("/api/accounting")).json()
    body = answer.json()
    assert answer.status_code == 422
    assert [status == 424 for status in statuses(body)] == [True, False, True, True]
    assert (body["accepted"], body["rejected"]) == (0, 4)
    assert shown["applied"] == 0


async def test_an_atomic_batch_of_good_items_is_applied(tmp_path: Path) -> None:
    """Nothing bad: all are applied, and sent again all are duplicates."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            answers = [await send_batch(client, [NEW, won("one", "2017-03-02")], "?atomic=true") for _ in range(2)]
    assert [statuses(answer.json()) for answer in answers] == [[202, 202], [200, 200]]


@pytest.mark.parametrize(
    ("value", "status", "code"),
    [([], 400, "batch_empty"), ([NEW] * 1_001, 413, "batch_size"), ({"events": []}, 400, "batch_type")],
)
async def test_a_batch_that_is_none(tmp_path: Path, value: list[object], status: int, code: str) -> None:
    """No items, more than 1,000, and no array are refused as a whole and counted once."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            problem_of(await send_batch(client, value), status, code)
        assert counted(site) == {"received": 1, "rejected": 1}


async def test_a_thousand_items_fit(tmp_path: Path) -> None:
    """The largest batch goes in with one transaction."""
    wires = [deal(f"d{number}", "2017-03-01") for number in range(1_000)]
    with opened(tmp_path) as site:
        async with site.client() as client:
            answer = await send_batch(client, wires)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1_000)


async def test_the_same_key_gives_the_same_answer(tmp_path: Path) -> None:
    """A repeated request is answered with the bytes of the first, counts as repeated, and changes nothing."""
    keyed = {"Idempotency-Key": "k-1"}
    with opened(tmp_path) as site:
        async with site.client() as client:
            answers = [await send_batch(client, [NEW, BAD], headers=keyed) for _ in range(3)]
            await asyncio.wrap_future(site.house.engine.writer.call(lambda _: None))
            shown = (await client.get("/api/accounting")).json()
    assert {answer.content for answer in answers} == {answers[0].content}
    assert {answer.status_code for answer in answers} == {207}
    assert (shown["received"], shown["applied"], shown["repeated"], shown["gap"]) == (2, 1, 4, 0)


async def test_a_key_belongs_to_one_request(tmp_path: Path) -> None:
    """Another body under the same key is refused and applied nowhere; another route is another key."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send(client, NEW, Idempotency_Key="k-1")
            problem_of(
                await send(client, won("one", "2017-03-02"), Idempotency_Key="k-1"), 422, "idempotency_key_reused"
            )
            elsewhere = await send_batch(client, [won("one", "2017-03-02")], headers={"Idempotency-Key": "k-1"})
    assert elsewhere.json()["items"][0]["position"] == 2


async def test_a_key_keeps_a_conflict(tmp_path: Path) -> None:
    """A conflict is answered again as the same conflict; no second dead letter is made."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send(client, NEW)
            for _ in range(2):
                problem_of(await send(client, OTHER, Idempotency_Key="k"), 409, "id_conflict")
            assert len((await client.get("/api/dead-letters")).json()) == 1


@pytest.mark.parametrize("keys", [["a", "b"], [""], ["x" * 256], ["\x07"]], ids=["two", "empty", "long", "bell"])
async def test_what_is_no_key(tmp_path: Path, keys: list[str]) -> None:
    """Two keys, an empty one, a long one and one that cannot be printed are 400; nothing is stored."""
    headers = [("Content-Type", BATCH), *(("Idempotency-Key", key) for key in keys)]
    with opened(tmp_path) as site:
        async with site.client() as client:
            body = msgspec.json.encode([NEW])
            problem_of(await client.post("/api/events/batch", content=body, headers=headers), 400, "idempotency_key")
            assert (await client.get("/api/accounting")).json()["applied"] == 0
