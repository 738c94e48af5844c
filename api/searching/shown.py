"""What pages of search show: chips that narrow it, and sentences with their marked words."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.searching.asking import FILTERS, KINDS, LANGUAGES, AskSearch
from search.ranking.answer import Snippet

OUTCOMES = ("won", "lost")


@dataclass(frozen=True, slots=True)
class Chip:
    """A value that narrows a search; `wanted` is the parameter after a click on it, None to leave it out."""

    name: str
    value: str
    on: bool
    wanted: str | None


def chips(ask: AskSearch) -> list[Chip]:
    """Return the values to choose from, then those of other filters that are on."""
    offered = [("kind", kind) for kind in KINDS]
    offered += [("outcome", outcome) for outcome in OUTCOMES]
    offered += [("language", language) for language in LANGUAGES]
    others = [(name, value) for name in FILTERS for value in ask.filters.get(name, ()) if (name, value) not in offered]
    return [_chip(ask, name, value) for name, value in [*offered, *others]]


def _chip(ask: AskSearch, name: str, value: str) -> Chip:
    chosen = ask.filters.get(name, ())
    left = [one for one in chosen if one != value] if value in chosen else [*chosen, value]
    return Chip(name=name, value=value, on=value in chosen, wanted=",".join(left) or None)


def pieces(snippet: Snippet) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a sentence, each with whether it is marked."""
    last = 0
    for span in snippet.highlights:
        if span.start > last:
            yield snippet.text[last : span.start], False
        yield snippet.text[span.start : span.end], True
        last = span.end
    if last < len(snippet.text):
        yield snippet.text[last:], False
