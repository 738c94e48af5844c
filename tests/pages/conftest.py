"""A real Chromium that looks at a real site. Whatever a page complains of on the way fails its test."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response, async_playwright, expect

from tests.pages.site import Site, company, knowledge

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
MISSING = "The pages are tested in Chromium, and there is none. Debian, Ubuntu: apt install chromium fonts-noto-cjk"
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WATCH_POLICY = (
    "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective, e.blockedURI))"
)
expect.set_options(timeout=15_000)


class Visitor:
    """Opens pages in a browser of its own settings, and keeps what they complain of."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.context = context
        self.site = site
        self.complaints: list[str] = []

    async def open(self, path: str = "/") -> Page:
        """Return a page at an address of the site."""
        page = await self.context.new_page()
        await page.add_init_script(WATCH_POLICY)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._answered)
        await page.goto(self.site.url + path)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{message.text} ({message.page.url if message.page else ''})")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"{response.status} {response.url}")


class Visitors:
    """Makes visitors of one browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    @asynccontextmanager
    async def visitor(
        self,
        site: Site,
        *,
        width: int = 1280,
        height: int = 900,
        locale: str = "en-GB",
        dark: bool = False,
        still: bool = False,
        scripts: bool = True,
    ) -> AsyncIterator[Visitor]:
        """Give a visitor; nothing may have been complained of when it goes."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce" if still else "no-preference",
        )
        found = Visitor(context, site)
        yield found
        await context.close()
        assert found.complaints == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def visitors() -> AsyncIterator[Visitors]:
    """A headless Chromium."""
    path = next((found for found in map(shutil.which, CHROMIUM) if found), None)
    if path is None:
        pytest.fail(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield Visitors(browser)
        await browser.close()


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that tests only look at."""
    with Site(tmp_path_factory.mktemp("shared")) as site:
        site.send(company(), knowledge())
        yield site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own."""
    with Site(tmp_path) as site:
        site.send(company(), knowledge())
        yield site
