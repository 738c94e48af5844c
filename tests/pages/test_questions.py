"""Questions in a browser: asked where search finds nothing good, answered by an expert where they were asked."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.builders import event
from tests.pages.conftest import Visitors
from tests.pages.site import Site
from tests.pages.test_search import settled

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def asked(page: Page, site: Site, query: str, who: str = "Bob Stone") -> None:
    """Ask an expert what a search does not find."""
    await page.goto(f"{site.url}/search?{query}")
    if await page.locator(".expert").get_by_label("Who").count():
        await page.locator(".expert").get_by_label("Who").fill(who)
    await page.get_by_role("button", name="Ask an expert").click()
    await expect(page.locator(".mine")).to_be_visible()


async def test_one_key_asks_and_the_answer_stands_where_it_was_asked(visitors: Visitors, site: Site) -> None:
    """The key a asks; the page says whom and why; the expert writes the answer, and the same search shows it."""
    settled(site)
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/search?q=count+to+fifty&deal=o1")
        await page.wait_for_function("() => customElements.get('search-page') !== undefined")
        await expect(page.locator(".banner")).to_contain_text("closest we have")
        await page.keyboard.press("a")
        await expect(page.locator(".expert").get_by_label("Who")).to_be_focused()
        await page.keyboard.type("Bob Stone")
        await page.keyboard.press("Enter")
        await expect(page.locator(".mine")).to_contain_text("It waits for 梅琳 · who verifies what comes nearest")
        await expect(page.locator(".mine").get_by_role("link", name="costs too much")).to_be_visible()
        assert await page.get_by_role("button", name="Ask an expert").count() == 0
        await page.goto(f"{site.url}/knowledge/waiting?person=mei")
        question = page.locator("#questions .asked > li")
        await expect(question.get_by_role("heading")).to_have_text("count to fifty")
        await expect(question.get_by_role("link", name="the deal")).to_have_attribute("href", "/deals/o1")
        await question.get_by_role("link", name="Write the answer").click()
        await expect(page.get_by_label("Title")).to_have_value("count to fifty")
        await page.get_by_label("Text, in Markdown").fill("Ten is enough.")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status")).to_contain_text("whoever asked sees it as the answer")
        await page.goto(f"{site.url}/knowledge/waiting?person=bob")
        await expect(page.locator("#own .asked > li")).to_contain_text("The answer: count to fifty")
        await page.goto(f"{site.url}/search?q=Count+to+fifty")
        await expect(page.locator(".mine")).to_contain_text("The answer: count to fifty")


async def test_a_question_is_answered_passed_on_and_declined(visitors: Visitors, site: Site) -> None:
    """Chosen by its title a document answers; what the asker may not read is refused; a reason is what she reads."""
    settled(site)
    async with visitors.visitor(site, scripts=False) as visitor:
        page = await visitor.open()
        await asked(page, site, "q=zzzz+one")
        await expect(page.locator(".mine")).to_contain_text("Nobody was found for it")
        await asked(page, site, "q=zzzz+two")
        await page.goto(f"{site.url}/knowledge/waiting")
        first, second = (page.locator("#unrouted > ol > li").filter(has_text=text) for text in ("zzzz one", "zzzz two"))
        await first.get_by_text("It is written down already").click()
        await first.get_by_label("Document").fill("银河项目为什么输了")
        await first.get_by_role("button", name="This answers it").click()
        await expect(page.get_by_role("status")).to_contain_text("may not read this document")
        await first.get_by_text("It is written down already").click()
        await first.get_by_label("Document").fill("when they say it costs  too much")
        await first.get_by_role("button", name="This answers it").click()
        await expect(page.get_by_role("status")).to_contain_text("Answered")
        await second.get_by_text("Somebody else knows").click()
        await second.get_by_label("Who").fill("Tom")
        await second.get_by_role("button", name="Pass on").click()
        await expect(page.get_by_role("status")).to_contain_text("This name fits nobody")
        await second.get_by_text("Somebody else knows").click()
        await second.get_by_label("Who").fill("una")
        await second.get_by_role("button", name="Pass on").click()
        await page.goto(f"{site.url}/knowledge/waiting?person=una")
        mine = page.locator("#questions > ol > li")
        await mine.get_by_text("It cannot be answered").click()
        await mine.get_by_label("Why").fill("Nobody sells zzzz.")
        await mine.get_by_role("button", name="Decline").click()
        await page.goto(f"{site.url}/knowledge/waiting?person=bob")
        await expect(page.locator("#own")).to_contain_text("It will not be answered: Nobody sells zzzz.")


async def test_a_question_is_put_aside_and_taken_up_again(visitors: Visitors, site: Site) -> None:
    """Without scripts, in English and Chinese: the message has an undo, the page a list of what was put aside."""
    settled(site)
    async with visitors.visitor(site, scripts=False) as visitor:
        page = await visitor.open()
        await asked(page, site, "q=zzzz+three")
        await page.goto(f"{site.url}/knowledge/waiting")
        one = page.locator("#unrouted > ol > li").filter(has_text="zzzz three")
        await one.get_by_role("button", name="Put aside").click()
        await expect(page.get_by_role("status")).to_have_text("Put aside; it waits for nobody.")
        await expect(page.locator("#aside")).to_contain_text("zzzz three")
        await expect(page.locator("#own")).to_contain_text("It was put aside without an answer.")
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("status")).to_have_text("It waits again.")
        await expect(one).to_be_visible()
    async with visitors.visitor(site, scripts=False, locale="zh-CN", width=360) as visitor:
        page = await visitor.open("/knowledge/waiting")
        await one_of(page, "unrouted", "zzzz three").get_by_role("button", name="搁置").click()
        await expect(page.get_by_role("status")).to_have_text("已搁置，不再等待任何人。")
        await one_of(page, "aside", "zzzz three").get_by_role("button", name="重新处理").click()
        await expect(page.get_by_role("status")).to_have_text("问题已重新等待回答。")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await page.goto(f"{site.url}/knowledge/waiting?said=dismissed&question=nosuch")
        assert await page.get_by_role("button", name="撤销").count() == 0


def one_of(page: Page, section: str, text: str) -> Locator:
    """Return a question of a section of what waits."""
    return page.locator(f"#{section} > ol > li").filter(has_text=text)


async def test_what_waits_for_a_verifier_stands_with_the_words_said(visitors: Visitors, site: Site) -> None:
    """The header of knowledge counts it; a contradicted document stands with what was said against it."""
    told = {"by": "tom", "text": "They laughed.\n<b>Twice</b>."}
    site.send(event("document.contradicted", "document/price", "2017-02-01", **told))
    async with visitors.visitor(site) as visitor:
        page = await visitor.open("/knowledge/waiting?person=bob")
        await page.goto(f"{site.url}/knowledge/waiting")
        # To look at what waits for a colleague makes nobody that colleague.
        await expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for you")
        await page.get_by_label("Who").fill("梅琳")
        await page.get_by_role("button", name="Show").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for 梅琳")
        await expect(page.locator("#contradicted blockquote")).to_contain_text("They laughed. <b>Twice</b>.")
        await page.goto(f"{site.url}/knowledge")
        await page.get_by_role("link", name="Waiting for you 1").click()
        await page.get_by_role("link", name="When they say it costs too much").click()
        await page.get_by_role("button", name="This is right").click()
        await page.goto(f"{site.url}/knowledge/waiting")
        assert await page.locator("#contradicted").count() == 0
        await page.goto(f"{site.url}/knowledge/waiting?person=nobody")
        await expect(page.get_by_role("status")).to_have_text("This name fits nobody, or several people.")


async def test_in_chinese_on_a_phone(visitors: Visitors, site: Site) -> None:
    """The same in Chinese; unanswered questions stand on the health page, and nothing is wider than the screen."""
    settled(site)
    async with visitors.visitor(site, locale="zh-CN", width=360) as visitor:
        page = await visitor.open("/search?q=zzzz+如何")
        await page.locator(".expert input[name=by]").fill("una")
        await page.get_by_role("button", name="请教专家").click()
        await expect(page.locator(".mine")).to_contain_text("没有找到合适的人")
        await page.goto(f"{site.url}/knowledge/health")
        await expect(page.locator("#questions")).to_contain_text("zzzz 如何")
        for path in ("/knowledge/health", "/knowledge/waiting?person=una", "/search?q=zzzz+如何"):
            await page.goto(f"{site.url}{path}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
