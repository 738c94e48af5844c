"""The language and the theme that a visitor chooses."""

import httpx
import pytest
from playwright.async_api import expect

from tests.pages.conftest import Visitors
from tests.pages.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_language_is_remembered(visitors: Visitors, shared_site: Site) -> None:
    """The choice brings the same board in Chinese, live frames as well, and holds on the next page."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open("/?metric=deals_won")
        await page.get_by_role("button", name="中文").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("赢单数")
        await expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        await expect(page.locator(".word")).to_have_text("实时")
        await page.goto(f"{shared_site.url}/definitions")
        await expect(page.get_by_role("heading", level=1)).to_have_text("指标口径")
        await page.get_by_role("button", name="English").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("How it is counted")


async def test_a_browser_in_chinese_gets_chinese(visitors: Visitors, shared_site: Site) -> None:
    """Without a choice the browser's language holds."""
    async with visitors.visitor(shared_site, locale="zh-CN") as visitor:
        page = await visitor.open()
        await expect(page.get_by_role("heading", level=1)).to_have_text("赢单金额")


async def test_a_theme_is_remembered(visitors: Visitors, shared_site: Site) -> None:
    """The system's theme holds until one is chosen; the choice stays over pages and goes back."""
    async with visitors.visitor(shared_site, dark=True) as visitor:
        page = await visitor.open()
        dark, light = "rgb(15, 20, 29)", "rgb(244, 246, 250)"
        await expect(page.locator("body")).to_have_css("background-color", dark)
        await page.get_by_role("button", name="Light").click()
        await expect(page.locator("body")).to_have_css("background-color", light)
        await expect(page.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")
        await page.goto(f"{shared_site.url}/reps/ann")
        await expect(page.locator("body")).to_have_css("background-color", light)
        await page.get_by_role("button", name="As the system").click()
        await expect(page.locator("body")).to_have_css("background-color", dark)


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x\ny"])
async def test_a_choice_leads_nowhere_else(shared_site: Site, back: str) -> None:
    """Whatever address comes with a choice, the answer stays on this site."""
    answer = httpx.post(f"{shared_site.url}/preferences", data={"lang": "zh", "back": back}, timeout=20, verify=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/"
