"""Snippets: the sentence of a passage that holds most of a question, and which words of it to highlight."""

from collections.abc import Mapping

from search.ranking.answer import Snippet
from search.text.chunks import Span, sentences
from search.text.tokens import Token, tokens

LETTERS_MAX = 300


def snippet(text: str, offset: int, rarities: Mapping[str, float]) -> Snippet:
    """Return the best sentence of a passage that begins at `offset` of its document; the first one when all are alike.

    `rarities` are the terms of the question with their inverse document frequencies.
    """
    spans = sentences(text) or [Span(0, len(text))]
    read = [(span, _matching(text[span.start : span.end], rarities)) for span in spans]
    worth = [sum(rarities[term] for term in {token.term for token in found}) for _, found in read]
    best = max(range(len(read)), key=lambda index: (worth[index], -index))
    span, found = read[best]
    end = min(span.end, span.start + LETTERS_MAX)
    shown = text[span.start : end]
    return Snippet(
        text=shown,
        place=Span(offset + span.start, offset + end),
        highlights=_merged([token for token in found if token.end <= len(shown)]),
    )


def matched(text: str, asked: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of a question that a text holds; `asked` are its terms with the words they stand for."""
    held = {token.term for token in tokens(text)}
    return tuple(dict.fromkeys(word for term, word in asked.items() if term in held))


def _matching(text: str, rarities: Mapping[str, float]) -> list[Token]:
    return [token for token in tokens(text) if token.term in rarities]


def _merged(found: list[Token]) -> tuple[Span, ...]:
    """Return the places of tokens in order, those that touch or overlap as one."""
    spans: list[Span] = []
    for token in sorted(found, key=lambda one: (one.start, one.end)):
        if spans and token.start <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, token.end))
        else:
            spans.append(Span(token.start, token.end))
    return tuple(spans)
