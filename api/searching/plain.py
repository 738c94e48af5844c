"""Markdown as search reads it: its words, without the marks and the addresses of links."""

import re

# Labels without brackets and stated lengths: a text of nothing but openings is not read again from each of them.
_LINK = re.compile(r"!?\[([^\[\]\n]{0,999})\]\([^)\n]{0,1999}\)")
_HEAD = re.compile(r"^ {0,3}#{1,6}[ \t]+|^ {0,3}(?:[-*_][ \t]*){3,}$|^ {0,3}>[ \t]?|^[ \t]*[-*+][ \t]+", re.MULTILINE)
_STRONG = re.compile(r"(\*\*|__|`)(?=\S)(.{1,299}?)(?<=\S)\1")


def unlinked(text: str) -> str:
    """Return Markdown without the addresses of its links and pictures; their labels stay."""
    # A picture may be the label of a link.
    return _LINK.sub(r"\1", _LINK.sub(r"\1", text))


def plain(text: str, title: str) -> str:
    """Return a text without its marks, and without a heading on top that only repeats the title."""
    found = _STRONG.sub(r"\2", _HEAD.sub("", unlinked(text))).strip()
    first, _, rest = found.partition("\n")
    return rest.strip() if first.strip().casefold() == title.strip().casefold() else found
