"""What the first look at a board costs a browser."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.pages.conftest import Visitors
from tests.pages.pictures import NOW, load
from tests.pages.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIRE_MAX_BYTES = 20_000


@pytest.fixture(scope="module")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample company of 24 people, some months of it."""
    folder = tmp_path_factory.mktemp("sample")
    load(folder, reps=24, days=110)
    with Site(folder, now=NOW) as site:
        yield site


async def test_a_board_of_24_people_weighs_20_kb(visitors: Visitors, sample_site: Site) -> None:
    """HTML, style sheet, scripts, the worker and the mark are together at most 20 KB of bodies over the wire.

    Bodies are counted as they are sent, compressed, by their Content-Length; headers and the stream are not counted.
    """
    async with visitors.visitor(sample_site) as visitor:
        sizes: dict[str, int] = {}
        page = await visitor.context.new_page()
        page.on("response", lambda got: sizes.setdefault(got.url, int(got.headers.get("content-length", "0"))))
        await page.goto(sample_site.url)
        await expect(page.locator(".state")).to_have_attribute("data-state", "on")
        assert await page.locator("tr[data-row]").count() >= 23
        worker = await page.locator("live-board").get_attribute("data-worker")
        answer = await visitor.context.request.get(f"{sample_site.url}{worker}")
        sizes[f"{sample_site.url}{worker}"] = int(answer.headers["content-length"])
    kinds = {url.rpartition(".")[2] for url in sizes}
    assert {"css", "js", "svg"} <= kinds
    assert all(size for url, size in sizes.items() if "/live/" not in url), sizes
    assert sum(sizes.values()) <= WIRE_MAX_BYTES, sizes


async def test_what_does_not_change_is_kept_by_browsers(visitors: Visitors, shared_site: Site) -> None:
    """Pages are never kept; what lies under a hash of its content is kept for ever, and no other host is asked."""
    async with visitors.visitor(shared_site) as visitor:
        kept: dict[str, str] = {}
        page = await visitor.context.new_page()
        page.on("response", lambda got: kept.setdefault(got.url, got.headers.get("cache-control", "")))
        await page.goto(shared_site.url)
        await expect(page.locator(".state")).to_have_attribute("data-state", "on")
    assert all(url.startswith(shared_site.url) for url in kept)
    assert all(("immutable" if "/static/" in url else "no-store") in rule for url, rule in kept.items()), kept
