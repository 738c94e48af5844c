"""An answer: documents, best first, each with why it was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from search.index.port import Payload
from search.ranking.boosts import Boost
from search.text.chunks import Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Why a document was found.

    `share` is how much of the score is meaning, the rest is words; `semantic` and `keyword` are the two parts, 0 to 1.
    `matched` are the words of the question that the passage holds. `across`: question and document are in different
    languages.
    """

    share: float
    cosine: float
    semantic: float
    keyword: float
    matched: tuple[str, ...]
    boosts: tuple[Boost, ...]
    across: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """The sentence that fits best: its text, where it stands in the document, and what to highlight in it.

    `by_meaning` tells that it was chosen by what it means, and not by the words that it has in common.
    """

    text: str
    place: Span
    highlights: tuple[Span, ...]
    by_meaning: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A document that was found; `score` is 0 to 1 and compares within one answer only."""

    doc_id: str
    score: float
    title: str
    language: str
    passage: int
    snippet: Snippet
    why: Why
    fields: Payload


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was found; `good` is False when the best of it is no better than what chance finds."""

    hits: tuple[Hit, ...]
    good: bool
    language: str
    identifiers: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]]
    with_model: bool
