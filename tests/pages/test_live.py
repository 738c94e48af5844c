"""Boards that move: while events arrive, over restarts, in many tabs, and not at all when somebody pauses them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.builders import joined, order
from tests.pages.conftest import Visitors
from tests.pages.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


def value(page: Page, rep: str) -> str:
    """Return where the number of a rep stands."""
    return f'tr[data-row="{rep}"] .value'


async def rows(page: Page) -> list[str | None]:
    """Return the ids of the rows in their order."""
    found = page.locator("tr[data-row]")
    return [await found.nth(place).get_attribute("data-row") for place in range(await found.count())]


async def lives(page: Page) -> None:
    """Wait until a page says that it is live."""
    await expect(page.locator(".state")).to_have_attribute("data-state", "on")


async def test_a_win_moves_a_row_without_a_reload(visitors: Visitors, site: Site) -> None:
    """A win changes value, rank, move, sum, quota and the numbers above; the page is not loaded again."""
    async with visitors.visitor(site) as visitor:
        page = await visitor.open()
        await lives(page)
        await page.locator("h1").evaluate("heading => heading.dataset.mark = 'kept'")
        site.send(order("n1", "2017-03-15", owner="bob", amount="90000.00"))
        await expect(page.locator(value(page, "bob"))).to_have_text("$120,000")
        await expect(page.locator('tr[data-row="bob"] .place')).to_have_text("1")
        await expect(page.locator('tr[data-row="bob"] .move')).to_have_attribute("title", "2 up since yesterday")
        await expect(page.locator('[data-fill="total"]')).to_have_text("$253,500.50")
        await expect(page.locator('[data-figure="won_amount"] strong')).to_have_text("$253,500")
        assert (await rows(page))[:3] == ["bob", "ann", "mei"]
        assert await page.locator("h1").get_attribute("data-mark") == "kept"
        site.send(order("n2", "2017-03-15", owner="mei", amount="35000.00"))
        await expect(page.locator('tr[data-row="mei"] .reached')).to_have_text("100%")
        await expect(page.locator('tr[data-row="mei"] .fill')).to_have_attribute("width", "80")


async def test_live_rows_stand_as_a_reload_shows_them(visitors: Visitors, site: Site) -> None:
    """After ties are made and broken live, ranks, marks of ties and order are those of a new page."""
    async with visitors.visitor(site) as visitor:
        page = await visitor.open()
        await lives(page)
        site.send(order("n1", "2017-03-15", owner="tom", amount="22000.00"), order("n2", "2017-03-15", owner="vic"))
        await expect(page.locator(value(page, "tom"))).to_have_text("$30,000")
        await expect(page.locator(value(page, "vic"))).to_have_text("$5,010")
        live = await page.locator("tbody").inner_text(), await rows(page)
        await page.reload()
        assert live == (await page.locator("tbody").inner_text(), await rows(page))


async def test_somebody_new_comes_onto_the_board(visitors: Visitors, site: Site) -> None:
    """A person who joins gets a row without a reload, and who looks at another row keeps the focus there."""
    async with visitors.visitor(site) as visitor:
        page = await visitor.open()
        await lives(page)
        await page.locator(value(page, "mei") + " a").focus()
        site.send(joined("zoe", name="Zoe Park", team="north"), order("n1", "2017-03-15", owner="zoe", amount="1.00"))
        await expect(page.locator(value(page, "zoe"))).to_have_text("$1")
        await expect(page.locator(value(page, "mei") + " a")).to_be_focused()


async def test_an_empty_installation_fills_by_itself(visitors: Visitors, tmp_path: Path) -> None:
    """The first event turns the first page from advice into a board."""
    with Site(tmp_path) as site:
        async with visitors.visitor(site) as visitor:
            page = await visitor.open()
            await expect(page.locator("main")).to_contain_text("paceline import")
            await lives(page)
            site.send(joined("ann", name="Ann Lee"))
            await expect(page.locator("tr[data-row]")).to_have_count(1)


async def test_a_restart_is_survived(visitors: Visitors, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """While the server is away the page says so; when it is back, the page shows what programs get, without a reload.

    The server ends the streams itself: none is cut off after its patience, which would be logged.
    """
    async with visitors.visitor(site) as visitor:
        page = await visitor.open()
        await lives(page)
        site.stop()
        assert [record.getMessage() for record in caplog.records if record.name.startswith("uvicorn")] == []
        await expect(page.locator(".state")).to_have_attribute("data-state", "again")
        await expect(page.locator(".word")).to_have_text("connecting again …")
        site.start()
        site.send(order("n1", "2017-03-15", owner="bob", amount="90000.00"))
        await expect(page.locator(value(page, "bob"))).to_have_text("$120,000")
        await lives(page)
        assert await rows(page) == list(site.board())
        visitor.complaints = [one for one in visitor.complaints if "/live/" not in one]


async def test_eight_tabs_share_one_stream(visitors: Visitors, site: Site) -> None:
    """Eight tabs on four boards are all live, on one connection; the last that leaves ends it."""
    async with visitors.visitor(site, still=True) as visitor:
        metrics = ["won_amount", "deals_won", "win_rate", "calls"] * 2
        pages = [await visitor.open(f"/?metric={metric}") for metric in metrics]
        for page in pages:
            await lives(page)
        assert site.house.live.viewers == 1
        site.send(order("n1", "2017-03-15", owner="bob", amount="90000.00"))
        for page, metric in zip(pages, metrics, strict=True):
            await expect(page.locator('[data-figure="won_amount"] strong')).to_have_text("$253,500")
            if metric == "won_amount":
                await expect(page.locator(value(page, "bob"))).to_have_text("$120,000")


async def test_a_paused_page_stands_still(visitors: Visitors, site: Site) -> None:
    """By its button or by its key a page stops; it takes up what it missed when it goes on."""
    async with visitors.visitor(site) as visitor:
        page, other = await visitor.open(), await visitor.open()
        await lives(page)
        await page.keyboard.press("p")
        await expect(page.locator(".word")).to_have_text("paused")
        site.send(order("n1", "2017-03-15", owner="bob", amount="90000.00"))
        await expect(other.locator(value(other, "bob"))).to_have_text("$120,000")
        await expect(other.locator('[data-figure="won_amount"] strong')).to_have_text("$253,500")
        await expect(page.locator(value(page, "bob"))).to_have_text("$30,000")
        await page.get_by_role("button", name="Pause").click()
        await expect(page.locator(value(page, "bob"))).to_have_text("$120,000")
        await expect(page.locator('[data-figure="won_amount"] strong')).to_have_text("$253,500")


async def test_a_scorecard_comes_up_to_date(visitors: Visitors, site: Site) -> None:
    """A scorecard that is open shows a new win without a reload."""
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/reps/bob?period=2017-Q1")
        await lives(page)
        site.send(order("n1", "2017-03-15", owner="bob", amount="90000.00"))
        await expect(page.locator(".big")).to_have_text("$120,000")


Frame = tuple[str, str, dict[str, dict[str, object]]]


@asynccontextmanager
async def stream(site: Site, last_id: str = "", **query: str) -> AsyncIterator[AsyncIterator[Frame]]:
    """Give the frames of a stream as (id, kind, body)."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with (
        httpx.AsyncClient(timeout=20, verify=False) as client,
        client.stream("GET", f"{site.url}/live/boards/won_amount", params=query, headers=headers) as answer,
    ):
        yield _frames(answer.aiter_lines())


async def _frames(lines: AsyncIterator[str]) -> AsyncIterator[Frame]:
    told: dict[str, str] = {}
    async for line in lines:
        name, _, text = line.partition(": ")
        if line:
            told[name] = text
        elif "data" in told:
            yield told["id"], told["event"], json.loads(told["data"])
            told = {}


async def test_a_viewer_who_comes_back_gets_what_it_missed(site: Site) -> None:
    """After the last id that it saw a viewer gets the changes alone, as long as somebody kept the board alive."""
    async with stream(site) as other:
        first, kind, body = await anext(other)
        assert kind == "board" and len(body["rows"]) == 7
        site.send(order("n1", "2017-03-15", owner="bob", amount="90000.00"))
        await anext(other)
        async with stream(site, first) as again:
            _, kind, body = await anext(again)
            assert kind == "change" and body["rows"]["bob"]["value"] == "$120,000"


async def test_an_id_of_another_life_gets_the_whole_board(site: Site) -> None:
    """After a restart, with an id that is too old or that makes no sense, the whole board comes, equal to the API."""
    async with stream(site) as before:
        old, _, _ = await anext(before)
    site.stop()
    site.start()
    for last_id in (old, "x.1", "nonsense", ""):
        async with stream(site, last_id) as again:
            now, kind, body = await anext(again)
            assert kind == "board" and now.split(".")[0] != old.split(".")[0]
            assert {rep: str(row["value"]).lstrip("$").replace(",", "") for rep, row in body["rows"].items()} == {
                rep: amount.removesuffix(".00") for rep, amount in site.board().items()
            }


@pytest.mark.parametrize(
    "path",
    [
        "/live/boards/nosuch",
        "/live/boards/won_amount?period=sometime",
        "/live/boards?board=metric%3Dwon_amount%26by%3Dplanet",
        "/live/boards?board=" + "&board=".join(f"metric%3Dcalls%26team%3Dt{number}" for number in range(33)),
        "/live/boards",
    ],
)
async def test_a_stream_of_nothing_is_refused(shared_site: Site, path: str) -> None:
    """What names no board, or too many, is refused with a problem, before a stream begins."""
    answer = shared_site.client.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"
