"""Markdown that people write cannot do anything on a page: a hostile corpus, read by a parser."""

from html.parser import HTMLParser

import pytest

from api.knowledge.shown import KEPT, REL, html_of

SCRIPT = "javascript:alert(1)"
ADDRESSES = (
    SCRIPT, "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
    "javascript&colon;alert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript&#x3A;alert(1)", "\x01javascript:alert(1)",
    "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>", "data:image/svg+xml;base64,PHN2Zz4=",
    "file:///etc/passwd", "blob:https://evil.example/x", "about:blank", "view-source:javascript:alert(1)",
    "//evil.example/x", "///evil.example", "/\\evil.example", "\\\\evil.example\\x", "/%5Cevil.example",
    "https:evil.example", "http:\\\\evil.example", "/api/events", "../deals/1", "?lang=zh", "livescript:x", "feed:x",
    "jar:https://evil.example!/x", "intent://evil.example", "ms-word:ofe|u|https://evil.example/x.docx",
)  # fmt: skip
FORMS = (
    "[x]({})", "[x](<{}>)", "<{}>", "[x][1]\n\n[1]: {}", "[x][1]\n\n[1]: <{}>", "![x]({})", "[![x]({})]({})",
    '<a href="{}">x</a>', "[x]({} \"t\")",
)  # fmt: skip
RAW = (
    "<script>alert(1)</script>", "<ScRiPt src=//evil.example>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<body onload=alert(1)>", "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>", "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>", "<form action=javascript:alert(1)><button>x", "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", "<link rel=stylesheet href=//evil.example>",
    "<style>@import '//evil.example'</style>", "<div style=background:url(//evil.example)>", "<p onclick=alert(1)>x",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>", "<?xml <img onerror=alert(1)>?>",
    "</p><script>alert(1)</script>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>", "<a href=javascript:alert(1)>x</a>",
    "<xss onmouseover=alert(1)>",
    "<textarea><img src=x onerror=alert(1)></textarea>", "<title><img src=x onerror=alert(1)></title>",
    "<img src=`x`onerror=alert(1)>", "<img/src/onerror=alert(1)>", "<marquee onstart=alert(1)>", "<isindex onfocus=x>",
    "`<script>`<script>alert(1)</script>", "```html\n<script>alert(1)</script>\n```", "    <script>alert(1)</script>",
    "**<b onclick=x>**", "| <script> |\n|---|\n| <img onerror=x> |", "# <svg onload=x>", "> <script>x</script>",
    "[<img src=x onerror=x>](https://e.com)", "[x](https://e.com '\"onmouseover=alert(1) x=\"')",
    "[x](https://e.com/\"onclick=alert(1))", "[x\" onclick=\"y](https://e.com)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;", "\\<script\\>alert(1)\\</script\\>",
    "<scr<script>ipt>alert(1)</script>",
    "\u2028<script>alert(1)</script>", "\ufeff<script>x</script>", "<\x00script>x</script>", "{{ 7*7 }}{% raw %}",
)  # fmt: skip
NESTED = (
    ">" * 6_000, "[" * 6_000, "*" * 6_000, "`" * 6_000, "(" * 6_000, "- " * 3_000, "![" * 3_000,
    "[a](" * 3_000, "<" * 6_000, "\\" * 6_000, "&" * 6_000, "_a" * 3_000, "> - " * 2_000, "|" * 6_000,
    "\n".join(f"{'  ' * level}- x" for level in range(150)), "#" * 6_000, "~" * 6_000, "[x]: y\n" * 4_000,
    "a**b" * 2_000, "![a][" * 2_000, "[\\[" * 3_000, "<a href=" * 2_000, "&#x" * 3_000,
)  # fmt: skip


class Reader(HTMLParser):
    """Collects what a browser would find in HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            good = (tag, name) in (("a", "href"), ("a", "title"), ("a", "rel"))
            good = good and (name != "rel" or value == REL)
            good = good and (name != "href" or safe(value or ""))
            if not good:
                self.wrong.append(f"{tag} {name}={value!r}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"declaration {decl!r}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"declaration {data!r}")


def safe(address: str) -> bool:
    """Return whether an address leads to another site openly, or to a page of a document, deal or rep here."""
    here = ("/documents/", "/deals/", "/reps/", "#")
    return address.startswith(("https://", "http://", "mailto:", *here)) and "\\" not in address


def found(text: str) -> Reader:
    """Return what stands in the HTML of a text."""
    reader = Reader()
    reader.feed(str(html_of(text)))
    reader.close()
    return reader


@pytest.mark.parametrize("form", FORMS)
def test_no_address_runs_anything(form: str) -> None:
    """No form of link takes an address that runs a script, hides where it leads, or loads a picture."""
    for address in ADDRESSES:
        reader = found(form.replace("{}", address))
        assert reader.wrong == [], (form, address)
        assert reader.tags <= KEPT, (form, address)


@pytest.mark.parametrize("text", RAW)
def test_raw_html_is_text(text: str) -> None:
    """HTML that somebody types is shown as it was typed; nothing of it becomes an element."""
    reader = found(text)
    assert reader.wrong == []
    assert reader.tags <= KEPT


@pytest.mark.parametrize("place", range(len(NESTED)))
def test_huge_nesting_ends(place: int) -> None:
    """Whatever is nested or repeated without end is shown somehow, and safely."""
    reader = found(NESTED[place])
    assert reader.wrong == []
    assert reader.tags <= KEPT


def test_what_is_meant_is_shown() -> None:
    """Headings from the second level on, lists, tables, quotes, code and open links are as people mean them."""
    html = str(
        html_of(
            "# A\n\n###### F\n\n1. **b** *i* ~~s~~ `c`\n\n| a |\n|--:|\n| 1 |\n\n> q\n\n[x](https://e.com/?a=1&b=2)"
        )
    )
    for part in (
        "<h2>A</h2>",
        "<h6>F</h6>",
        "<strong>b</strong>",
        "<em>i</em>",
        "<s>s</s>",
        "<code>c</code>",
        "<td>1</td>",
        "<blockquote>",
    ):
        assert part in html
    assert f'<a href="https://e.com/?a=1&amp;b=2" rel="{REL}">x</a>' in html
    assert '<a href="/documents/play-7"' in str(html_of("[x](/documents/play-7)"))
    assert "href" not in str(html_of("[x](/documents/../api/events)"))


def test_the_reader_of_these_tests_finds_what_is_wrong() -> None:
    """The parser that judges the corpus is no blind one."""
    for text in ("<img src=x>", "<p onclick=x>", '<a href="javascript:x" rel="x">', "<!-- x -->", '<a href="//e">'):
        reader = Reader()
        reader.feed(text)
        assert reader.wrong or not reader.tags <= KEPT, text
