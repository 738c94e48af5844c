"""The sentence of a passage that means most what is asked: across languages, where no word says which one that is.

Each sentence costs as much as a question to be read, some milliseconds, the first time that it is shown; so only those
of the first documents are.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.ranking.snippets import LETTERS_MAX
from search.text.chunks import Span, sentences

if TYPE_CHECKING:
    from search.index.port import Vector
    from search.ports import Embedder

PLACES_MAX = 3
"""The first documents of an answer, whose sentences are read."""
SENTENCES_MAX = 8
"""Sentences that are read for one answer."""


def nearest(texts: Sequence[str], vector: "Vector", embedder: "Embedder") -> list[int]:
    """Return for each passage the place of the sentence that is nearest to a vector, as `sentences` counts them.

    It is the first one where there is only one, or where the sentences that may be read are used up.
    """
    read: list[tuple[int, int]] = []
    wanted: list[str] = []
    for number, text in enumerate(texts):
        spans = sentences(text)
        if 1 < len(spans) <= SENTENCES_MAX - len(wanted):
            read.extend((number, place) for place in range(len(spans)))
            wanted.extend(_shown(text, span) for span in spans)
    found, best = [0] * len(texts), [-2.0] * len(texts)
    if not wanted:
        return found
    for (number, place), cosine in zip(read, (embedder.encode(wanted) @ vector).tolist(), strict=True):
        if cosine > best[number]:
            found[number], best[number] = place, cosine
    return found


def _shown(text: str, span: Span) -> str:
    return text[span.start : min(span.end, span.start + LETTERS_MAX)]
