"""HTML as Markdown: what is read of a page, without scripts, styles and pictures."""

import re
from html import unescape

from api.knowledge.drafts import DocumentRefused, Draft
from api.knowledge.markdown import draft_of, title_of

# What a page says of itself stands at its beginning; all of it is looked at once.
HEAD_LETTERS_MAX = 16_384
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,1000}?)</title>", re.IGNORECASE | re.DOTALL)
_LANGUAGE = re.compile(r"<html[^>]{0,500}?\slang\s{0,9}=\s{0,9}[\"']?([A-Za-z]{2})", re.IGNORECASE)
_ELEMENT = re.compile(r"<[A-Za-z]|&")
# To clean more of them takes longer than in proportion, and no document of 64 KiB has so many.
ELEMENTS_MAX = 20_000
_GAPS = re.compile(r"\n{3,}")
_KEPT = frozenset(
    "h1 h2 h3 h4 h5 h6 p br hr ul ol li blockquote pre code em strong b i del s a "
    "table thead tbody tr th td dl dt dd div section article main".split()
)
_GONE = frozenset("script style head title template noscript svg math iframe object embed form nav".split())


def read_web(name: str, text: str) -> Draft:
    """Return the document of an HTML file; raise `DocumentRefused` when it is nested too deep to be read."""
    head = text[:HEAD_LETTERS_MAX]
    found = _TITLE.search(head)
    body = markdown_of(name, text)
    title = title_of(body) or (" ".join(unescape(found.group(1)).split()) if found else "")
    spoken = _LANGUAGE.search(head)
    return draft_of(name, title, body, {"language": spoken.group(1).lower()} if spoken else {}, None)


def markdown_of(name: str, html: str) -> str:
    """Return what people read of some HTML as Markdown; raise `DocumentRefused` for far too much of it, or too deep."""
    if sum(1 for _ in _ELEMENT.finditer(html)) > ELEMENTS_MAX:
        raise DocumentRefused(name, "doc_size", f"it has more than {ELEMENTS_MAX:,} elements and entities")
    # Imported only here: most commands never read a document.
    import nh3
    from markdownify import markdownify

    kept = nh3.clean(
        html,
        tags=set(_KEPT),
        clean_content_tags=set(_GONE),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    try:
        found: str = markdownify(kept, heading_style="ATX", bullets="-")
    except RecursionError:
        raise DocumentRefused(name, "doc_nested", "its elements are nested too deep") from None
    return _GAPS.sub("\n\n", "\n".join(line.rstrip() for line in found.split("\n"))).strip()
