"""HTML as Markdown: what is read of a page, without scripts, styles and pictures."""

import re
from html import unescape

from api.knowledge.drafts import DocumentRefused, Draft
from api.knowledge.markdown import draft_of, title_of

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_LANGUAGE = re.compile(r"<html[^>]*\slang\s*=\s*[\"']?([A-Za-z]{2})", re.IGNORECASE)
_GAPS = re.compile(r"\n{3,}")
_KEPT = frozenset(
    "h1 h2 h3 h4 h5 h6 p br hr ul ol li blockquote pre code em strong b i del s a "
    "table thead tbody tr th td dl dt dd div section article main".split()
)
_GONE = frozenset("script style head title template noscript svg math iframe object embed form nav".split())


def read_web(name: str, text: str) -> Draft:
    """Return the document of an HTML file; raise `DocumentRefused` when it is nested too deep to be read."""
    found = _TITLE.search(text)
    body = markdown_of(name, text)
    title = title_of(body) or (" ".join(unescape(found.group(1)).split()) if found else "")
    spoken = _LANGUAGE.search(text)
    return draft_of(name, title, body, {"language": spoken.group(1).lower()} if spoken else {}, None)


def markdown_of(name: str, html: str) -> str:
    """Return what people read of some HTML as Markdown."""
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
