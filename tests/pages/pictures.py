"""Makes the pictures of the README: `make pictures`. The sample company and its clock are always the same."""

import asyncio
import shutil
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, async_playwright, expect

from api.sample.company import sample
from api.sample.facts import SampleOptions
from services.events.decode import read
from streams.embedded.home import Home
from streams.ledger.jobs import Job
from tests.pages.conftest import ARGUMENTS, CHROMIUM, MISSING
from tests.pages.site import Site
from tests.stores import us

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
NOW = "2017-05-24T14:30:00Z"
REPS = 12
WIDTH, HEIGHT = 1280, 1015
# The name of a picture, the page, and the browser's language and theme.
PICTURES = (
    ("board.png", "/", "en-GB", "light"),
    ("board-zh-dark.png", "/", "zh-CN", "dark"),
)


def load(folder: Path, *, reps: int = REPS, days: int = 365) -> None:
    """Put the history of the sample company into a store."""
    made = sample(SampleOptions(now=datetime.fromisoformat(NOW), reps=reps, days=days))
    with closing(Home(folder, now_us=us(NOW))) as home:
        home.apply([Job(items=[read(fact, now_us=us(NOW)) for fact in made.history])], us(NOW))


async def main() -> None:
    """Write all pictures."""
    path = next((found for found in map(shutil.which, CHROMIUM) if found), None)
    if path is None:
        sys.exit(MISSING)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        load(Path(folder))
        with Site(Path(folder), now=NOW) as site:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
                for name, page, locale, theme in PICTURES:
                    await _take(browser, FOLDER / name, site.url + page, locale, theme)
                await browser.close()


async def _take(browser: Browser, path: Path, url: str, locale: str, theme: str) -> None:
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        locale=locale,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(url)
    await expect(page.locator(".state")).to_have_attribute("data-state", "on")
    await page.screenshot(path=path)
    await context.close()
    sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    asyncio.run(main())
