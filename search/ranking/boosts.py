"""Boosts: what a document is, beside what it says: bounded, and named in the explanation."""

from collections.abc import Iterator
from dataclasses import dataclass

from search.index.port import Payload

YEAR_SECONDS = 365.25 * 86_400
AGE_SLOPE = 0.5
AGE_LEAST = 0.75
OUTDATED = 0.6
EXACT = 0.5
"""What an exact title or id gives of the way from its score to 1."""


@dataclass(frozen=True, slots=True)
class Boost:
    """One boost: its name, and the score after it over the score before."""

    name: str
    factor: float


def boosted(score: float, head: Payload, text: str, now: int | None) -> tuple[float, tuple[Boost, ...]]:
    """Return a score, 0 to 1, after everything that speaks for or against its document."""
    found = []
    for boost in _boosts(score, head, text, now):
        score *= boost.factor
        found.append(boost)
    return score, tuple(found)


def _boosts(score: float, head: Payload, text: str, now: int | None) -> Iterator[Boost]:
    for name, kept in (("exact_title", head.get("title")), ("exact_id", head.get("doc_id"))):
        if score > 0 and isinstance(kept, str) and kept and _same(kept, text):
            yield Boost(name, (score + (1.0 - score) * EXACT) / score)
            break
    age = _age(head, now)
    if age < 1.0:
        yield Boost("age", age)
    if head.get("status") in ("superseded", "archived"):
        yield Boost(str(head["status"]), OUTDATED)


def _age(head: Payload, now: int | None) -> float:
    """Return the factor of age: half as much again for every year, but never below `AGE_LEAST`."""
    changed = head.get("updated_at")
    if now is None or not isinstance(changed, int):
        return 1.0
    years = max(0.0, (now - changed) / YEAR_SECONDS)
    return max(AGE_LEAST, 1.0 / (1.0 + AGE_SLOPE * years))


def _same(one: str, other: str) -> bool:
    """Compare two short texts but for case, space and the stop at their end."""
    return one[0].casefold() == other.lstrip()[0].casefold() and _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .?!。？！")
