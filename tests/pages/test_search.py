"""Search in a browser: from anywhere by key, through results by key, narrowed by chips; and deals like one."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.api.houses import wait_until_indexed
from tests.builders import event
from tests.pages.conftest import Visitors
from tests.pages.site import Site, company, knowledge
from tests.search.models.shared import fetched

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAY = {"kind": "play", "title": "Pause", "text": "Name the figure, then whistle.", "readers": ["everyone"]}


def settled(site: Site) -> None:
    """Wait until search has read everything."""
    wait_until_indexed(site.client)


async def test_keys_lead_to_search_and_through_it(visitors: Visitors, site: Site) -> None:
    """Ctrl-K and / go to the entry; the answer has its words marked, arrows go through it, the address has it all."""
    site.send(event("document.written", "document/play", "2017-03-01", **PLAY))
    settled(site)
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/definitions")
        await page.keyboard.press("Control+k")
        await expect(page.locator("#entry")).to_be_focused()
        await page.keyboard.type("whistle renewal")
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(re.compile(r"/search\?q=whistle\+renewal$"))
        await expect(page.locator(".hits > li")).to_have_count(2)
        await page.wait_for_function("() => customElements.get('search-page') !== undefined")
        assert set(await page.locator("mark").all_inner_texts()) == {"whistle"}
        await page.keyboard.press("/")
        await expect(page.locator("#ask")).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await expect(page.locator(".hits h2 a").first).to_be_focused()
        await page.keyboard.press("j")
        await expect(page.locator(".hits h2 a").nth(1)).to_be_focused()
        await page.get_by_role("link", name="Past deal", exact=True).click()
        await expect(page.locator(".hits > li")).to_have_count(1)
        assert "kind=deal" in page.url
        await page.locator(".chip[aria-current]").click()
        await expect(page.locator(".hits > li")).to_have_count(2)


async def test_nothing_found_says_what_to_do(visitors: Visitors, site: Site) -> None:
    """What fits nothing leads on: filters can be taken away, and the page says that there is no model."""
    settled(site)
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/search?q=zzzz&kind=play")
        await expect(page.locator(".advice a")).to_have_text("Take all filters away")
        await expect(page.locator(".note")).to_contain_text("paceline models fetch")


async def test_a_deal_shows_deals_like_it(visitors: Visitors, site: Site) -> None:
    """Won and lost ones stand beside it; the slider compares anew."""
    settled(site)
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/deals/o1")
        await expect(page.locator("similar-deals .hits > li").first).to_be_visible()
        slider = page.locator("similar-deals input[type=range]")
        await slider.focus()
        await page.keyboard.press("End")
        await expect(page.locator("similar-deals output")).to_have_text("100%")


async def test_poor_finds_are_said_to_be_poor(visitors: Visitors, site: Site) -> None:
    """What has one word in common with a long question is shown as the closest there is, and not as an answer."""
    site.send(event("document.written", "document/play", "2017-03-01", **PLAY))
    settled(site)
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/search?q=whistle+zebra+quark+lantern+orchard+glacier+violin")
        await expect(page.locator(".hits > li")).to_have_count(1)
        await expect(page.locator(".banner")).to_have_text("Nothing good was found. This is the closest we have.")
        await page.goto(f"{site.url}/search?q=whistle+figure")
        await expect(page.locator(".hits > li").first).to_contain_text("Pause")
        await expect(page.locator(".banner")).to_have_count(0)


CHAMPION = (
    "Call within a day. Ask the champion for an introduction to the successor. "
    "Book a value review with the new owner in the first month."
)


async def test_an_answer_in_the_other_language_says_so(visitors: Visitors, tmp_path: Path) -> None:
    """A Chinese question finds an English play, which is marked and shows the sentence that answers the question."""
    play = {"kind": "play", "title": "When your champion leaves the company", "text": CHAMPION, "readers": ["everyone"]}
    with Site(tmp_path, models=fetched()) as site:
        site.send(company(), knowledge(), event("document.written", "document/champion", "2017-03-01", **play))
        settled(site)
        async with visitors.visitor(site, locale="zh-CN") as visitor:
            page = await visitor.open("/search?q=支持我们的人离职后，怎么认识接替他的人")
            found = page.locator(".hits > li", has_text="champion leaves")
            await expect(found.locator(".tag.across")).to_have_text("英文内容")
            await expect(found.locator(".snippet")).to_have_text(
                "Ask the champion for an introduction to the successor."
            )
            assert await found.locator(".snippet").get_attribute("lang") == "en"
            await page.goto(f"{site.url}/health")
            await expect(page.get_by_text("all-minilm-l6-v2", exact=False).first).to_be_visible()
