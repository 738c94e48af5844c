"""Chunks: a text cut at the ends of sentences into pieces that a small model reads whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.text.tokens import words_of

CHUNKER_VERSION = 1
TOKENS_AIM = 100
TOKENS_MAX = 200
TAIL_MIN = 20
# What an end begins with comes first and alone, so that the search skips from one such letter to the next.
_ENDS = re.compile(
    r"[.!?…。！？；\n](?:(?<=[.!?…])[.!?…]*[\"'”’)\]]*(?=\s|$)|(?<=[。！？；])[。！？；]*[”’」』）]*|(?<=\n)\n*)"
)
_SPACES = re.compile(r"\s+")
_BREAKS = re.compile(r"\s|[,，、:：;]")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: `text[start:end]`."""

    start: int
    end: int


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text in order, without the space around them; Chinese ones end without a space."""
    found, start = [], 0
    for end in [match.end() for match in _ENDS.finditer(text)] + [len(text)]:
        span = _trimmed(text, start, end)
        if span.start < span.end:
            found.append(span)
        start = end
    return found


def length(text: str) -> int:
    """Estimate how many pieces a model makes of a text: a Chinese character is one, a long word several."""
    return sum(1 + (len(word) - 1) // 7 for word in words_of(text))


def chunks(text: str) -> list[Span]:
    """Return chunks of about `TOKENS_AIM` tokens, none longer than `TOKENS_MAX`; every word lies in exactly one."""
    found: list[tuple[Span, int]] = []
    for span in _pieces(text):
        size = length(text[span.start : span.end])
        if found and found[-1][1] + size <= TOKENS_AIM:
            found[-1] = (Span(found[-1][0].start, span.end), found[-1][1] + size)
        else:
            found.append((span, size))
    if len(found) > 1 and found[-1][1] < TAIL_MIN and found[-2][1] + found[-1][1] <= TOKENS_MAX:
        last = found.pop()
        found[-1] = (Span(found[-1][0].start, last[0].end), found[-1][1] + last[1])
    return [span for span, _ in found]


def passage(title: str, lead: str, body: str) -> str:
    """Return what is embedded and matched for a chunk: the title and the lead of its document, then itself."""
    return "\n".join(part for part in (_shortened(title), _shortened(lead), body) if part)


def _pieces(text: str) -> Iterator[Span]:
    """Yield sentences, and a sentence that is too long in parts."""
    for span in sentences(text):
        if length(text[span.start : span.end]) <= TOKENS_MAX:
            yield span
        else:
            yield from _cut(text, span)


def _cut(text: str, span: Span) -> Iterator[Span]:
    """Cut a sentence where it has a space or a comma, else anywhere; parts are of about `TOKENS_AIM` tokens."""
    start = span.start
    while start < span.end:
        end = min(span.end, start + TOKENS_AIM * 7)
        while length(text[start:end]) > TOKENS_AIM and end - start > 1:
            end = start + max(1, (end - start) * TOKENS_AIM // (length(text[start:end]) + 1))
        if end < span.end:
            breaks = [match.end() for match in _BREAKS.finditer(text, start + (end - start) // 2, end)]
            end = breaks[-1] if breaks else end
        part = _trimmed(text, start, end)
        if part.start < part.end:
            yield part
        start = end


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return Span(start + len(part) - len(part.lstrip()), start + len(part.rstrip())) if part.strip() else Span(end, end)


def _shortened(text: str) -> str:
    """Return a title on one line and not longer than a chunk may have for it."""
    plain = _SPACES.sub(" ", text).strip()
    return plain if length(plain) <= 40 else plain[:160]
