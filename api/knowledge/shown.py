"""Markdown that people wrote as HTML that cannot do anything."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from api.knowledge.drafts import TEXT_MAX_BYTES

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

KEPT = frozenset("h2 h3 h4 h5 h6 p br hr ul ol li blockquote pre code em strong s a table thead tbody tr th td".split())
REL = "noopener noreferrer nofollow ugc"
# Other sites by their full address, and pages of this site; nothing that begins with two slashes.
_LINKS = re.compile(r"https?://[^\s\\]+|mailto:[^\s\\]+|/(documents|deals|reps)/[A-Za-z0-9_.:\-]+|#[\w\-]*")
DEEPEST = 6


def preview_of(text: str) -> Markup:
    """Return how a draft will look, as far as a document may go: the rest of a longer one cannot be saved anyway."""
    return html_of(text[:TEXT_MAX_BYTES])


@lru_cache(maxsize=128)
def html_of(text: str) -> Markup:
    """Return Markdown as HTML: no raw HTML, no pictures, no styles, and links that lead where they say.

    Headings begin at the second level, for the first one is the title of the page.
    """
    # Imported only here: most of what runs shows no document.
    import nh3

    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, DEEPEST)}"
    made = parser.renderer.render(tokens, parser.options, {})
    kept = nh3.clean(
        made,
        tags=set(KEPT),
        attributes={"a": {"href", "title"}},
        attribute_filter=_filtered,
        url_schemes={"http", "https", "mailto"},
        link_rel=REL,
    )
    return Markup(kept)  # noqa: S704 - cleaned by an allow-list right above


def _filtered(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _LINKS.fullmatch(value) else None
    return value


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
