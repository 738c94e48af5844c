"""Documents in a browser: written with a preview, saved once, never lost, used and judged."""

import pytest
from playwright.async_api import Dialog, Page, expect

from tests.builders import event
from tests.pages.conftest import Visitors
from tests.pages.site import Site
from tests.pages.test_search import settled

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_document_is_written_with_a_preview(visitors: Visitors, site: Site) -> None:
    """What is typed shows beside the text as it will look, scripts and all left out, and is saved as it is."""
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/knowledge/new?kind=play")
        await page.get_by_label("Title").fill("Silence")
        await page.get_by_label("Text, in Markdown").fill("# Ask\n\nThen **wait**.<img src=x onerror=alert(1)>")
        preview = page.get_by_role("region", name="Preview")
        await expect(preview.locator("strong")).to_have_text("wait")
        assert await preview.locator("img").count() == 0
        await page.get_by_text("More about it").click()
        await page.get_by_label("Verifier").fill("梅琳")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status")).to_have_text("Saved.")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Silence")
        await expect(page.locator(".prose")).to_contain_text("<img src=x onerror=alert(1)>")
        await page.goto(f"{site.url}/knowledge")
        await expect(page.get_by_role("link", name="Silence")).to_be_visible()


async def test_without_scripts_everything_is_still_possible(visitors: Visitors, site: Site) -> None:
    """Preview and save are forms; what was typed is not lost on the way."""
    async with visitors.visitor(site, scripts=False) as visitor:
        page = await visitor.open("/knowledge/new")
        await page.get_by_label("Title").fill("Plain")
        await page.get_by_label("Text, in Markdown").fill("Then **wait**.")
        await page.get_by_role("button", name="Preview").click()
        await expect(page.locator(".preview strong")).to_have_text("wait")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Plain")


@pytest.mark.parametrize("scripts", [True, False])
async def test_what_may_exist_already_is_shown(visitors: Visitors, site: Site, scripts: bool) -> None:
    """While a new document is written, or with its preview, the nearest existing one is named; writing goes on."""
    settled(site)
    async with visitors.visitor(site, scripts=scripts) as visitor:
        page = await visitor.open("/knowledge/new")
        await page.get_by_label("Title").fill("When customers say it costs too much")
        await page.get_by_label("Text, in Markdown").fill("Ask: compared with what? Be silent, and count to ten.")
        if not scripts:
            await page.get_by_role("button", name="Preview").click()
        near = page.locator(".alike")
        await expect(near).to_contain_text("This may exist already")
        await expect(near.get_by_role("link")).to_have_text("When they say it costs too much")
        await expect(near).to_contain_text("the same words:")
        await expect(near.locator(".trust")).to_be_visible()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("When customers say it costs too much")


async def test_what_somebody_else_wrote_is_not_written_over(visitors: Visitors, site: Site) -> None:
    """Two people edit at once: the second sees what the first wrote, keeps their own text, and may save on top."""
    async with visitors.visitor(site) as visitor:
        mine = await visitor.open("/documents/price/edit")
        theirs = await visitor.open("/documents/price/edit")
        await theirs.get_by_label("Text, in Markdown").fill("Theirs.")
        await theirs.get_by_role("button", name="Save").click()
        await expect(theirs.get_by_role("status")).to_have_text("Saved.")
        await mine.get_by_label("Text, in Markdown").fill("Mine.")
        await mine.get_by_role("button", name="Save").click()
        await expect(mine.get_by_role("alert")).to_contain_text("Somebody else has saved a version meanwhile")
        await expect(mine.locator(".difference .gone")).to_contain_text("Theirs.")
        await expect(mine.get_by_label("Text, in Markdown")).to_have_value("Mine.")
        await mine.get_by_role("button", name="Save").click()
        await expect(mine.locator(".prose")).to_have_text("Mine.")
        await mine.get_by_role("link", name="What changed in version 4").click()
        await expect(mine.locator(".difference .new")).to_contain_text("Mine.")


async def test_unsaved_text_is_not_lost_by_leaving(visitors: Visitors, site: Site) -> None:
    """Whoever leaves with unsaved text is asked; without changes, and after saving, nobody is."""
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/documents/price/edit")
        asked: list[str] = []

        async def answer(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.accept()

        page.on("dialog", answer)
        await page.get_by_role("link", name="Knowledge").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Knowledge")
        assert asked == []
        await page.goto(f"{site.url}/documents/price/edit")
        await page.get_by_label("Text, in Markdown").press_sequentially("More.")
        await page.get_by_role("link", name="Knowledge").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Knowledge")
        assert asked == ["beforeunload"]


async def test_what_is_wrong_is_said_beside_its_field(visitors: Visitors, site: Site) -> None:
    """A name that nobody has is refused with words at its field, and everything typed is still there."""
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/knowledge/new")
        await page.get_by_label("Title").fill("T")
        await page.get_by_label("Text, in Markdown").fill("Text")
        await page.get_by_label("Readers").fill("nobody")
        await page.get_by_role("button", name="Save").click()
        field = page.get_by_label("Readers")
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(page.get_by_text("Write everyone, team:ID")).to_be_visible()
        await expect(page.get_by_label("Text, in Markdown")).to_have_value("Text")


async def used(page: Page, deal: str, who: str) -> None:
    """Say on the page of a document that it was used in a deal."""
    form = page.locator("form[action$='/used']")
    await form.get_by_label("Deal").fill(deal)
    if await form.get_by_label("Who").count():
        await form.get_by_label("Who").fill(who)
    await form.get_by_role("button").click()


async def test_use_and_judgement_are_noted(visitors: Visitors, site: Site) -> None:
    """A use in a deal moves the record and the author's assists; who acted once is known the next time."""
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/documents/price")
        await used(page, "nosuch", "Mei Nobody")
        await expect(page.get_by_role("status")).to_have_text("This name fits nobody, or several people.")
        await used(page, "nosuch", "梅琳")
        await expect(page.get_by_role("status")).to_have_text("There is no such deal.")
        await used(page, "m1", "梅琳")
        await expect(page.get_by_role("status")).to_have_text("Noted: it was used in this deal.")
        await expect(page.locator("form[action$='/used']")).to_contain_text("as 梅琳")
        await page.get_by_text("Noted by mistake").click()
        await page.locator("form[action$='/use_withdrawn']").get_by_label("Deal").fill("m1")
        await page.get_by_role("button", name="Take the use back").click()
        await expect(page.get_by_role("status")).to_have_text("Taken back: it counts for nobody.")
        await page.get_by_role("button", name="Not helpful").click()
        await expect(page.get_by_text("1 of 2 people found it helpful.")).to_be_visible()
        await page.get_by_text("It is wrong").click()
        await page.get_by_label("What is wrong").fill("They laughed.")
        await page.get_by_role("button", name="Tell the verifier").click()
        await expect(page.locator(".head .trust")).to_contain_text("contradicted")
        await page.goto(f"{site.url}/knowledge/health")
        await expect(page.locator("#contradicted .rows")).to_contain_text("costs too much")
        await page.goto(f"{site.url}/documents/price")
        await page.get_by_role("button", name="This is right").click()
        await expect(page.locator(".head .trust")).to_contain_text("verified")


async def test_a_review_stands_on_the_page_of_its_deal(visitors: Visitors, site: Site) -> None:
    """A deal shows what was written about it and offers to write what fits its outcome."""
    async with visitors.visitor(site, locale="zh-CN") as visitor:
        page = await visitor.open("/deals/l1")
        await page.get_by_role("link", name="银河项目为什么输了").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("银河项目为什么输了")
        await page.goto(f"{site.url}/deals/l1")
        await page.get_by_role("link", name="撰写输单复盘").click()
        await expect(page.get_by_label("类型")).to_have_value("loss_review")
        await expect(page.get_by_label("商机")).to_have_value("l1")


async def test_lists_are_walked_by_keys(visitors: Visitors, shared_site: Site) -> None:
    """g k goes to the documents, j and k move through them, Enter opens one."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open("/definitions")
        await page.keyboard.press("g")
        await page.keyboard.press("k")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Knowledge")
        # The heading stands before the scripts that listen to keys have run.
        await page.wait_for_load_state()
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await page.keyboard.press("k")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("银河项目为什么输了")


async def test_a_page_of_a_document_weighs_20_kb(visitors: Visitors, shared_site: Site) -> None:
    """HTML, style sheets and scripts of a document's page are together at most 20 KB over the wire."""
    async with visitors.visitor(shared_site) as visitor:
        for path in ("/documents/price", "/documents/price/edit", "/knowledge"):
            sizes: dict[str, int] = {}
            page = await visitor.context.new_page()
            page.on(
                "response",
                lambda got, kept=sizes: kept.setdefault(got.url, int(got.headers.get("content-length", "0"))),
            )
            await page.goto(shared_site.url + path)
            assert sum(sizes.values()) <= 20_000, sizes


async def test_erased_text_is_said_to_be_gone(visitors: Visitors, site: Site) -> None:
    """A document whose text was never told, or was erased, says so instead of being empty."""
    site.send(event("document.written", "document/gone", "2017-03-01", title="Gone", readers=["everyone"]))
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/documents/gone")
        await expect(page.get_by_text("The text of this document was erased.")).to_be_visible()


async def test_on_a_phone_nothing_is_cut_or_torn(visitors: Visitors, site: Site) -> None:
    """The menu stands whole, a table tears no word apart, and the controls of a question have one height."""
    text = (
        "| Step | What to say | Why that helps |\n|---|---|---|\n" + "| 1 | " + "a long sentence " * 6 + "| because |\n"
    )
    site.send(
        event("document.written", "document/table", "2017-03-05", title="T", text=text, readers=["everyone"]),
        event("question.asked", "question/torn", "2017-03-05", text="Why zzzz?", by="bob", expert="tom"),
    )
    async with visitors.visitor(site, width=375) as visitor:
        page = await visitor.open("/documents/table")
        menu = page.locator(".top nav")
        assert await menu.evaluate("one => one.scrollWidth <= one.clientWidth")
        lines = "one => { const all = new Range(); all.selectNodeContents(one); return all.getClientRects().length }"
        assert await page.locator(".prose th", has_text="Step").evaluate(lines) == 1
        await page.goto(f"{site.url}/knowledge/waiting?person=tom")
        controls = page.locator("#questions .bar-of-page").locator(".go, button")
        boxes = [await one.bounding_box() for one in await controls.all()]
        assert len({(round(box["y"]), round(box["height"])) for box in boxes if box}) == 1


async def test_two_kinds_of_health_have_two_names(visitors: Visitors, site: Site) -> None:
    """In Chinese the health of knowledge is not called as that of the system, which stands at the foot of the page."""
    async with visitors.visitor(site, locale="zh-CN") as visitor:
        page = await visitor.open("/knowledge")
        await expect(page.get_by_role("link", name="知识健康状况")).to_have_attribute("href", "/knowledge/health")
        await expect(page.get_by_role("link", name="运行状况")).to_have_attribute("href", "/health")
