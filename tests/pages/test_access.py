"""Every page for everybody: narrow, dark, by keyboard, read aloud, without motion; and nothing breaks its policy."""

import pytest
from playwright.async_api import Page, expect

from tests.builders import order
from tests.pages.conftest import Visitors
from tests.pages.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = (
    "/",
    "/?metric=win_rate&period=this-year",
    "/?by=team",
    "/?team=nosuch",
    "/?happened_by=2017-03-01",
    "/why/won_amount?rep=ann&period=2017-Q1",
    "/deals/a2",
    "/reps/ann",
    "/definitions",
    "/health",
    "/knowledge",
    "/knowledge/health",
    "/knowledge/waiting",
    "/knowledge/waiting?person=mei",
    "/knowledge/new?kind=play",
    "/documents/price?said=used",
    "/documents/price/edit",
    "/documents/price/changes",
    "/search",
    "/search?q=renewal",
    "/search?q=zzzz&kind=play&language=zh",
    "/deals/o1/similar?weight=0.8",
    "/nothing",
)
TEXT_MIN = 4.5
NAMED = {"link", "button", "combobox", "textbox", "Date", "DateTime", "DisclosureTriangle", "image", "dialog"}
# The contrast of every text that can be seen with the first background behind it that is not transparent.
CONTRASTS = """() => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (color !== 'rgba(0, 0, 0, 0)') return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), walker.currentNode.textContent.trim().slice(0, 40)]);
  }
  return found;
}"""
SMALL = """() => [...document.querySelectorAll('a, button, select, textarea, input:not([type=hidden]), summary')]
  .filter((element) => element.checkVisibility() && !element.classList.contains('skip'))
  .filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width < 24 || box.height < 24;
  })
  .map((element) => element.outerHTML.slice(0, 120))"""
UNSEEN_FOCUS = """() => [...document.querySelectorAll('a, button, select, textarea, input:not([type=hidden]), summary')]
  .filter((element) => element.checkVisibility())
  .filter((element) => {
    element.focus();
    const style = getComputedStyle(element);
    return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2;
  })
  .map((element) => element.outerHTML.slice(0, 120))"""


async def nameless(page: Page) -> list[str]:
    """Return the roles of what has no name for those who listen to the page."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    found = []
    for node in tree["nodes"]:
        role = node.get("role", {}).get("value")
        if role in NAMED and not node.get("ignored") and not node.get("name", {}).get("value", "").strip():
            found.append(role)
    return found


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_pages_fit_a_narrow_screen(visitors: Visitors, shared_site: Site, locale: str) -> None:
    """At 320 pixels no page scrolls sideways, and whatever can be pressed is 24 pixels wide and high."""
    async with visitors.visitor(shared_site, width=320, height=700, locale=locale) as visitor:
        page = await visitor.open()
        for path in PAGES:
            await page.goto(shared_site.url + path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
            assert await page.evaluate(SMALL) == [], path
        await page.goto(f"{shared_site.url}/?metric=calls")
        await expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
        await page.goto(shared_site.url)
        await page.locator(".value a").first.click()
        await expect(page.get_by_role("dialog").locator("tbody tr")).to_have_count(2)
        assert await page.get_by_role("dialog").evaluate("dialog => dialog.scrollWidth - dialog.clientWidth") <= 0


@pytest.mark.parametrize(("dark", "locale"), [(False, "en-GB"), (True, "zh-CN")])
async def test_pages_can_be_read(visitors: Visitors, shared_site: Site, dark: bool, locale: str) -> None:
    """In both themes every text has a contrast of 4.5, every control a name, a size and a focus that shows."""
    async with visitors.visitor(shared_site, dark=dark, locale=locale) as visitor:
        page = await visitor.open()
        for path in PAGES:
            await page.goto(shared_site.url + path)
            weak = [text for ratio, text in await page.evaluate(CONTRASTS) if ratio < TEXT_MIN]
            assert weak == [], path
            assert await nameless(page) == [], path
            assert await page.evaluate(SMALL) == [], path
            await page.keyboard.press("Tab")
            assert await page.evaluate(UNSEEN_FOCUS) == [], path


@pytest.mark.parametrize("dark", [False, True])
async def test_marks_can_be_told_apart(visitors: Visitors, shared_site: Site, dark: bool) -> None:
    """Bars, marks and small columns stand out by a contrast of 3 from what they lie on."""
    async with visitors.visitor(shared_site, dark=dark) as visitor:
        page = await visitor.open()
        tokens = await page.evaluate(
            "() => Object.fromEntries(['card', 'fill', 'track', 'edge', 'ink', 'mark', 'accent', 'warn']"
            ".map((name) => [name, getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()]))"
        )
    for front, back in (
        ("fill", "card"),
        ("fill", "track"),
        ("edge", "card"),
        ("ink", "card"),
        ("mark", "card"),
        ("accent", "card"),
        ("warn", "card"),
    ):
        assert contrast(tokens[front], tokens[back]) >= 3, (front, back)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, `#rgb` or `#rrggbb` (WCAG 2.2, relative luminance)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    """Return the relative luminance of a colour."""
    digits = color.removeprefix("#")
    parts = [digits[at] * 2 for at in range(3)] if len(digits) == 3 else [digits[at : at + 2] for at in (0, 2, 4)]
    levels = [int(part, 16) / 255 for part in parts]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in levels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_nothing_moves_for_those_who_ask(visitors: Visitors, site: Site) -> None:
    """With reduced motion a row that changes its place does so at once."""
    async with visitors.visitor(site, still=True) as visitor:
        page = await visitor.open()
        await expect(page.locator(".state")).to_have_attribute("data-state", "on")
        site.send(order("n1", "2017-03-15", owner="bob", amount="90000.00"))
        await expect(page.locator('tr[data-row="bob"].moved')).to_be_visible()
        assert await page.evaluate("document.getAnimations().length") == 0


async def test_pages_work_without_scripts(visitors: Visitors, shared_site: Site) -> None:
    """Without scripts choices have a button, numbers lead to a page, and nothing claims to be live."""
    async with visitors.visitor(shared_site, scripts=False) as visitor:
        page = await visitor.open()
        await page.get_by_role("combobox", name="Rows").select_option("team")
        await page.get_by_role("button", name="Show").click()
        await expect(page.locator("tr[data-row]")).to_have_count(2)
        await expect(page.locator(".now")).to_be_hidden()
        await page.goto(shared_site.url)
        await page.locator(".value a").first.click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Ann Lee")


async def test_the_policy_is_strict(visitors: Visitors, shared_site: Site) -> None:
    """What a page did not bring with it is not run: no inline script, no other host, no text as markup."""
    async with visitors.visitor(shared_site) as visitor:
        page = await visitor.open()
        await page.evaluate("""() => {
          const script = document.createElement('script');
          try { script.textContent = 'document.title = "taken"'; } catch { script.append('document.title = "taken"'); }
          document.body.append(script);
          try { document.body.innerHTML = '<b>x</b>'; } catch { document.documentElement.dataset.refused = 'markup'; }
        }""")
        await expect(page.locator("html")).to_have_attribute("data-refused", "markup")
        await expect(page).to_have_title("Won amount · Paceline")
        assert visitor.complaints and all("olicy" in one or "Trusted" in one for one in visitor.complaints)
        visitor.complaints.clear()
