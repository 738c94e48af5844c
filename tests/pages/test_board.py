"""The leaderboard as it arrives, and as it is chosen and left."""

import pytest
from playwright.async_api import expect

from tests.builders import order
from tests.pages.conftest import Visitors
from tests.pages.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


def html(site: Site, path: str, **headers: str) -> str:
    """Return a page as it comes over the wire."""
    answer = site.client.get(path, headers={"Accept": "text/html", **headers})
    return answer.text


async def test_the_numbers_are_in_the_first_html(shared_site: Site) -> None:
    """Ranks, names, amounts and the sum stand in the HTML, without any script; names are escaped."""
    text = html(shared_site, "/")
    for part in ("Ann Lee", "$60,500.50", "梅琳", "$55,000", "$163,500.50", "Tom &lt;b&gt;Ash&lt;/b&gt;"):
        assert part in text


async def test_rows_stand_as_programs_get_them(visitors: Visitors, shared_site: Site) -> None:
    """The rows of the page are those of the API, in its order, with ties shown as ties."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open()
        rows = page.locator("tr[data-row]")
        names = [await rows.nth(place).get_attribute("data-row") for place in range(await rows.count())]
        assert names == list(shared_site.board())
        tied = page.locator("tr", has=page.locator(".tie:visible")).locator("th a")
        await expect(tied).to_have_text(["Una Ray", "Vic Hall"])


async def test_moves_since_yesterday_are_counted(visitors: Visitors, site: Site) -> None:
    """Who won today shows by how many places they rose, in words as well; who did not, shows what they lost."""
    site.send(order("s1", "2017-03-15", owner="bob", amount="90000.00"))
    async with visitors.visitor(site) as visitor:
        page = await visitor.open()
        await expect(page.locator('tr[data-row="bob"] .move')).to_have_text("▲2")
        await expect(page.locator('tr[data-row="bob"] .move')).to_have_attribute("title", "2 up since yesterday")
        await expect(page.locator('tr[data-row="ann"] .move')).to_have_text("▼1")


async def test_choices_are_an_address(visitors: Visitors, shared_site: Site) -> None:
    """A choice is a new address; back and forward bring the board and its controls with them."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open()
        await page.get_by_role("combobox", name="Team", exact=True).select_option("south")
        await expect(page.locator("tr[data-row]")).to_have_count(4)
        await page.get_by_role("link", name="Deals won").first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Deals won")
        assert "team=south" in page.url and "metric=deals_won" in page.url
        await page.go_back()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Won amount")
        await expect(page.get_by_role("combobox", name="Team", exact=True)).to_have_value("south")
        await page.go_back()
        await expect(page.locator("tr[data-row]")).to_have_count(7)
        await expect(page.get_by_role("combobox", name="Team", exact=True)).to_have_value("")
        await page.go_forward()
        await expect(page.locator("tr[data-row]")).to_have_count(4)


async def test_the_past_keeps_its_axis(visitors: Visitors, shared_site: Site) -> None:
    """What had happened by a day is asked for in every link of its page: drawer, CSV and the way to what was known."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open("/?happened_by=2017-02-15&period=2017-Q1")
        await expect(page.locator('tr[data-row="ann"] .value')).to_have_text("$48,000")
        await expect(page.locator(".banner")).to_contain_text("had happened by 2017-02-15")
        await page.locator('tr[data-row="ann"] .value a').click()
        await expect(page.get_by_role("dialog").locator(".sum")).to_have_text("$48,000")
        await page.keyboard.press("Escape")
        csv = await page.get_by_role("link", name="Download as CSV").get_attribute("href")
        assert csv and "happened_by=2017-02-15" in csv and "48000" in html(shared_site, csv)
        await expect(page.get_by_label("As it had happened by")).to_have_value("2017-02-15")
        await expect(page.locator(".state")).to_have_count(0)


async def test_every_state_has_words(visitors: Visitors, shared_site: Site) -> None:
    """Filters that fit nobody, and a moment before the first event, say so and offer a way on."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open("/?team=nosuch")
        await expect(page.get_by_role("heading", name="Nobody fits these filters")).to_be_visible()
        await page.get_by_role("link", name="Clear the filters").click()
        await expect(page.locator("tr[data-row]")).to_have_count(7)
        await page.goto(f"{shared_site.url}/?as_of=2016-12-31")
        await expect(page.locator("main")).to_contain_text("Nothing was known here at that moment yet.")
        await page.get_by_role("link", name="see what had happened by then").click()
        await expect(page.locator(".banner")).to_contain_text("had happened by 2016-12-31")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nothing", 404, "此地址没有内容"),
        ("/?metric=nosuch", 404, "没有这个指标"),
        ("/?period=sometime", 422, "无法识别此期间"),
        ("/?by=planet", 422, "某些参数无效"),
        ("/reps/nobody", 404, "此地址没有内容"),
        ("/deals/nothing", 404, "此地址没有内容"),
        ("/why/won_amount?rep=nobody", 404, "没有与此名称相符的人"),
    ],
)
async def test_failures_speak_the_visitors_language(shared_site: Site, path: str, status: int, words: str) -> None:
    """A browser gets a page that says in Chinese what is wrong; no English sentence stands in it."""
    answer = shared_site.client.get(path, headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
    assert answer.status_code == status
    assert words in answer.text and "There " not in answer.text and "Nothing " not in answer.text
