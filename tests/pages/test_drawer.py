"""The drawer of deals behind a number, by mouse and by keyboard, and the pages that it leads to."""

import pytest
from playwright.async_api import Route, expect

from tests.builders import event
from tests.pages.conftest import Visitors
from tests.pages.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
ANN = 'tr[data-row="ann"] .value a'


async def test_a_number_opens_its_deals_and_gives_the_focus_back(visitors: Visitors, shared_site: Site) -> None:
    """A click shows the deals that make up the number; Escape closes the drawer, and the focus is where it was."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open()
        await page.locator(ANN).click()
        drawer = page.get_by_role("dialog", name="What is behind the number")
        await expect(drawer.get_by_role("heading", level=2)).to_contain_text("$60,500.50")
        await expect(drawer.locator("tbody tr")).to_have_count(2)
        await expect(drawer.locator("tbody")).to_contain_text("银河 – 新工厂")
        await page.keyboard.press("Escape")
        await expect(drawer).to_be_hidden()
        await expect(page.locator(ANN)).to_be_focused()


async def test_the_keyboard_is_enough(visitors: Visitors, shared_site: Site) -> None:
    """j and k move through rows, Enter opens the drawer, Tab stays in it, its button closes it."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open()
        await expect(page.locator(".state")).to_have_attribute("data-state", "on")
        for key in ("j", "j", "k"):
            await page.keyboard.press(key)
        await expect(page.locator(ANN)).to_be_focused()
        await page.keyboard.press("Enter")
        drawer = page.get_by_role("dialog")
        await expect(drawer.locator("tbody tr")).to_have_count(2)
        stops = await drawer.locator("a, button, summary").count()
        for _ in range(stops + 1):
            await page.keyboard.press("Tab")
            assert await page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )
        await drawer.get_by_role("button", name="Close").click()
        await expect(page.locator(ANN)).to_be_focused()


async def test_a_drawer_that_fails_says_so_and_tries_again(visitors: Visitors, shared_site: Site) -> None:
    """A drawer that cannot be loaded says so, and loads when it is asked again."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open()
        answers = iter((False, True))

        async def answer(route: Route) -> None:
            await (route.continue_() if next(answers) else route.fulfill(status=503, body="no"))

        await page.route("**/why/**", answer)
        await page.locator(ANN).click()
        drawer = page.get_by_role("dialog")
        await expect(drawer).to_contain_text("This could not be loaded.")
        await drawer.get_by_role("button", name="Try again").click()
        await expect(drawer.locator("tbody tr")).to_have_count(2)
        assert len(visitor.complaints) == 1 and "503" in visitor.complaints.pop()


async def test_a_number_is_a_page_of_its_own(visitors: Visitors, shared_site: Site) -> None:
    """What a drawer shows has an address, leads to the deal, and the deal tells what each event moved."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open()
        await page.locator(ANN).click()
        await page.get_by_role("dialog").get_by_role("link", name="Open as a page").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Ann Lee")
        await page.get_by_role("link", name="Harbor – renewal").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Harbor – renewal")
        await expect(page.locator(".timeline")).to_contain_text("+$48,000")
        await page.get_by_role("link", name="Ann Lee").click()
        await expect(page.locator(".big")).to_have_text("$60,500.50")


async def test_a_scorecard_ends_where_its_number_stands(visitors: Visitors, site: Site) -> None:
    """The last day of the table behind the chart is the number above it, also with adjustments by hand."""
    site.send(
        event(
            "adjustment.posted",
            "adjustment/1",
            "2017-03-10",
            metric="won_amount",
            rep="ann",
            day="2017-03-10",
            amount="100.25",
            currency="USD",
            reason="a reason",
        )
    )
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/reps/ann?period=2017-Q1")
        await expect(page.locator(".big")).to_have_text("$60,600.75")
        await page.get_by_text("Show as a table").click()
        await expect(page.locator(".plain tbody tr").last.locator("td").last).to_have_text("$60,600.75")
        await expect(page.get_by_role("region", name="Won amount")).to_contain_text("101% of a quota of $60,000")
        await expect(page.locator("table.lines")).to_contain_text("Kestrel – pilot")


async def test_keys_are_listed(visitors: Visitors, shared_site: Site) -> None:
    """? lists the keys, g and d go to the definitions, and typing into a field is no key."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open()
        await expect(page.get_by_role("button", name="Keys")).to_be_visible()
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("g")
        await page.keyboard.press("d")
        await expect(page.get_by_role("heading", level=1)).to_have_text("How it is counted")
