"""Snippets: the sentence of a passage that holds most of a question, and which words of it to highlight."""

from collections.abc import Mapping, Sequence

from search.ranking.answer import Snippet
from search.text.chunks import Span, sentences
from search.text.tokens import Token, tokens_among

LETTERS_MAX = 300


def snippet(
    text: str, offset: int, held: Sequence[Token], rarities: Mapping[str, float], place: int | None = None
) -> Snippet:
    """Return the best sentence of a passage that begins at `offset` of its document; the first one when all are alike.

    `held` are the tokens of the passage that a question has, `rarities` the inverse document frequencies of its terms.
    `place` names the sentence where another way than by words has found it (`search.ranking.meaning`).
    """
    spans = sentences(text) or [Span(0, len(text))]
    inside = [[token for token in held if span.start <= token.start and token.end <= span.end] for span in spans]
    worth = [sum(rarities[term] for term in sorted({token.term for token in found})) for found in inside]
    best = max(range(len(spans)), key=lambda index: (worth[index], -index)) if place is None else place
    start, end = spans[best].start, min(spans[best].end, spans[best].start + LETTERS_MAX)
    return Snippet(
        text=text[start:end],
        place=Span(offset + start, offset + end),
        by_meaning=place is not None,
        highlights=_merged(
            [Span(token.start - start, token.end - start) for token in inside[best] if token.end <= end]
        ),
    )


def holding(text: str, rarities: Mapping[str, float]) -> list[Token]:
    """Return the tokens of a text that a question has."""
    return tokens_among(text, rarities)


def _merged(found: Sequence[Span]) -> tuple[Span, ...]:
    """Return places in order, those that touch or overlap as one."""
    spans: list[Span] = []
    for one in sorted(found, key=lambda span: (span.start, span.end)):
        if spans and one.start <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, one.end))
        else:
            spans.append(one)
    return tuple(spans)
