"""How everything is, for people and for programs: one verdict, and what it rests on."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from streams.embedded.home import STORE
from tests.api.houses import Json, Site, opened, send
from tests.builders import deal, event


async def told(site: Site) -> Json:
    """Return how everything is, as programs read it."""
    async with site.client() as client:
        answer = await client.get("/api/health")
    assert answer.status_code == 200
    found: Json = answer.json()
    return found


async def read(site: Site, language: str = "en") -> str:
    """Return the words of the page, tags taken away."""
    async with site.client() as client:
        answer = await client.get("/health", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2].partition("</main>")[0]))


async def test_all_is_well(tmp_path: Path) -> None:
    """A new store, and one with events and a backup of today, are well; the page says so before anything else."""
    with opened(tmp_path) as site:
        assert (await told(site))["status"] == "well"
        async with site.client() as client:
            await send(client, deal("one", "2017-03-01"))
        (tmp_path / "last-backup").write_text(str(site.clock.now_us - 7_200_000_000))
        found = await told(site)
        page, chinese = await read(site), await read(site, "zh-CN")
    assert (found["status"], found["remarks"], found["around"]) == ("well", [], None)
    assert found["backup_age_seconds"] == 7_200
    assert isinstance(found["store"], dict)
    assert found["store"]["accounting"] == {
        "received": 1,
        "applied": 1,
        "duplicate": 0,
        "rejected": 0,
        "dead_letters": 0,
        "repeated": 0,
        "gap": 0,
    }
    assert found["store"]["size_bytes"] > 0 and found["store"]["rules"]["zone"] == "UTC"
    assert "Everything is well." in page.partition("Events applied")[0]
    assert "received 1 = applied 1 + duplicate 0 + rejected 0 + dead letters 0" in page
    assert "2 h ago" in page and "一切正常。" in chinese


async def test_what_needs_somebody(tmp_path: Path) -> None:
    """Open dead letters with their reasons and their age, and a backup that is missing, need somebody."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send(client, deal("one", "2017-03-01"))
            for number in range(2):
                await send(client, event("deal.dreamt_of", f"deal/{number}", "2017-03-01"))
            site.clock.now_us += 60_000_000
        found, page = await told(site), await read(site)
    assert found["status"] == "watch"
    assert [remark["code"] for remark in found["remarks"]] == ["dead_letters", "backup_old"]  # type: ignore[attr-defined]
    assert isinstance(found["store"], dict)
    assert found["store"]["dead_letters"] == [{"reason": "type_unknown", "count": 2, "oldest_seconds": 60.0}]
    assert "paceline dead-letters list" in page and "type_unknown" in page and "1 min ago" in page
    assert "none known" in page


async def test_a_gap_is_wrong(tmp_path: Path) -> None:
    """Deliveries that nobody can account for are worse than anything that merely needs somebody."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send(client, deal("one", "2017-03-01"))
        with closing(sqlite3.connect(tmp_path / STORE)) as other, other:
            other.execute("UPDATE counters SET value = value + 1 WHERE name = 'received'")
        found, page = await told(site), await read(site)
    assert found["status"] == "wrong"
    assert found["remarks"][0] == {"code": "accounting_gap", "level": "wrong"}  # type: ignore[index]
    assert "1 unaccounted for" in page


async def test_a_store_that_is_broken_is_said(tmp_path: Path) -> None:
    """A store that cannot be read or written does not take the page away that says so."""
    with opened(tmp_path) as site:
        with closing(sqlite3.connect(tmp_path / STORE)) as other, other:
            other.execute("DROP TABLE counters")
        site.house.engine.writer.call(lambda _: site.house.engine.home.connection.execute("PRAGMA query_only=ON"))
        found, page = await told(site), await read(site)
    assert found["status"] == "wrong" and found["store"] is None
    assert str(found["trouble"]).startswith("The store cannot be written")
    assert "The store does not answer." in page
