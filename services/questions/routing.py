"""Who is asked: the person whom the most of what is known points to, with the reason."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from services.events.questions import Because

NEAREST_MAX = 3
"""So many of the nearest documents are looked at; what is further away says nothing of who knows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A document and the people behind it, by their ids; empty is nobody."""

    id: str
    author: str = ""
    verifier: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Whom a question goes to and why; `documents` are those that the reason speaks of. Nobody: both are None."""

    expert: str | None = None
    because: Because | None = None
    documents: tuple[str, ...] = ()


def route(nearest: Sequence[Known], plays: Iterable[Known], leads: Iterable[str], able: Collection[str]) -> Route:
    """Return whom to ask; only those in `able` are, which are the people in role without the asker.

    First whoever verifies most of the nearest documents (the nearest of all decides between equals), then whoever
    wrote most of them; then whoever stands behind most of the plays for the product or the competitor that the
    question was narrowed to; then the first of `leads`, the asker's team before those above it.
    """
    near = nearest[:NEAREST_MAX]
    choices: tuple[tuple[Because, list[tuple[str, str]]], ...] = (
        ("verifies_nearest", [(one.verifier, one.id) for one in near]),
        ("wrote_nearest", [(one.author, one.id) for one in near]),
        ("owns_play", [(one.verifier if one.verifier in able else one.author, one.id) for one in plays]),
        ("leads_team", [(lead, "") for lead in leads if lead in able][:1]),
    )
    for because, pairs in choices:
        expert = _most([person for person, _ in pairs if person in able])
        if expert:
            documents = tuple(name for person, name in pairs if person == expert and name)
            return Route(expert=expert, because=because, documents=documents[:NEAREST_MAX])
    return Route()


def _most(people: Sequence[str]) -> str:
    """Return who is named most often, the first of equals; empty when nobody is named."""
    counted = Counter(people)
    return max(counted, key=lambda one: counted[one], default="")
