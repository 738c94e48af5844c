"""Dead letters over HTTP: seen, tried again, given up, and counted once whatever happens."""

from pathlib import Path

import httpx
import pytest

from tests.api.houses import Json, Site, opened, problem_of, send
from tests.builders import deal, event

UNKNOWN = event("deal.dreamt_of", "deal/one", "2017-03-01", dream="long")


async def listed(client: httpx.AsyncClient, query: str = "") -> list[Json]:
    """Return dead letters."""
    answer = await client.get(f"/api/dead-letters{query}")
    assert answer.status_code == 200
    found: list[Json] = answer.json()
    return found


async def with_letters(site: Site, client: httpx.AsyncClient, count: int = 3) -> None:
    """Send events that nobody understands."""
    for number in range(count):
        await send(client, UNKNOWN | {"id": f"dream-{number}"})


async def test_the_shape_of_a_letter(tmp_path: Path) -> None:
    """The list says why and what; what was delivered is shown for one letter alone."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await with_letters(site, client, 1)
            (letter,) = await listed(client)
            shown = (await client.get("/api/dead-letters/1")).json()
    assert letter == {
        "id": 1, "received_at": "2018-01-01T00:00:00Z", "class": "waiting", "reason": "type_unknown",
        "detail": letter["detail"], "source": "crm", "event_id": "dream-0", "type": "deal.dreamt_of", "attempts": 1,
        "status": "open",
    }  # fmt: skip
    assert '"dream":"long"' in shown.pop("raw")
    assert shown == letter


async def test_pages_of_letters(tmp_path: Path) -> None:
    """Letters come in pages by their number."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await with_letters(site, client)
            assert [one["id"] for one in await listed(client, "?limit=2")] == [1, 2]
            assert [one["id"] for one in await listed(client, "?limit=2&after=2")] == [3]


async def test_a_replay_that_fails_again_stays_open(tmp_path: Path) -> None:
    """It has one attempt more; the accounting still closes."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await with_letters(site, client, 1)
            answer = await client.post("/api/dead-letters/1/replay")
            (letter,) = await listed(client)
            accounting = (await client.get("/api/accounting")).json()
    assert answer.json() == {"id": 1, "outcome": "dead_letter", "reason": "type_unknown"}
    assert (letter["attempts"], letter["status"]) == (2, "open")
    assert (accounting["received"], accounting["dead_letters"], accounting["gap"]) == (1, 1, 0)


async def test_a_conflict_stays_a_conflict(tmp_path: Path) -> None:
    """An id that came with other content conflicts again, and the first content stays."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            first = deal("one", "2017-03-01", title="first")
            await send(client, first)
            await send(client, first | {"data": {"title": "second"}})
            answer = await client.post("/api/dead-letters/1/replay")
            accounting = (await client.get("/api/accounting")).json()
    assert answer.json()["reason"] == "id_conflict"
    assert (accounting["applied"], accounting["dead_letters"], accounting["gap"]) == (1, 1, 0)


async def test_a_discarded_letter_stays_in_sight(tmp_path: Path) -> None:
    """It is no longer open, cannot be tried again, and is still counted."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await with_letters(site, client, 1)
            assert (await client.post("/api/dead-letters/1/discard")).json() == {"id": 1, "outcome": "discarded"}
            for path in ("/api/dead-letters/1/replay", "/api/dead-letters/1/discard"):
                problem_of(await client.post(path), 404, "not_found")
            assert await listed(client) == []
            assert [one["id"] for one in await listed(client, "?status=discarded")] == [1]
            assert (await client.get("/api/accounting")).json()["gap"] == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/7", 404),
        ("/x", 422),
        ("/-1", 422),
        ("/99999999999999999999", 422),
        ("?status=lost", 422),
        ("?limit=201", 422),
    ],
)
async def test_what_is_not_there(tmp_path: Path, path: str, status: int) -> None:
    """Unknown numbers are 404; what is no number, no status or no page size is 422."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            found = await client.get(f"/api/dead-letters{path}")
    problem_of(found, status, "not_found" if status == 404 else "validation")
