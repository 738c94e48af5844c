"""A question: what is asked, by whom, within what; and how its text reads."""

from dataclasses import dataclass, field

from search.index.access import Access, Filters
from search.text.script import chinese_share, is_traditional
from search.text.tokens import Token, tokens

DEPTH_MIN = 100
"""Passages that each of the two ways of finding brings, at least."""
DOCUMENT_PASSAGES = 4
"""Passages fetched for each document that is wanted, because several may be of one document."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A text to find documents for.

    `now` is in seconds since 1970 and lets newer documents go first; without it age does not count.
    """

    text: str
    access: Access
    filters: Filters = field(default_factory=Filters)
    limit: int = 10
    now: int | None = None

    @property
    def depth(self) -> int:
        """Return how many passages each way of finding brings."""
        return max(DEPTH_MIN, DOCUMENT_PASSAGES * self.limit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A question as it was read: its terms, and what decides how much the model counts.

    `unknown` is the share (0 to 1) of it that the model has no pieces for.
    """

    tokens: tuple[Token, ...]
    chinese: float
    traditional: bool
    unknown: float = 0.0

    @property
    def terms(self) -> tuple[str, ...]:
        """Return its terms, each once, in the order in which they stand."""
        return tuple(dict.fromkeys(token.term for token in self.tokens))

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Return its terms that are identifiers."""
        return tuple(dict.fromkeys(token.term for token in self.tokens if token.identifier))


def read(text: str, *, unknown: float = 0.0) -> Reading:
    """Read the text of a question."""
    return Reading(
        tokens=tuple(tokens(text, query=True)),
        chinese=chinese_share(text),
        traditional=is_traditional(text),
        unknown=unknown,
    )
