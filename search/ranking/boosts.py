"""Boosts: what a document is, beside what it says: bounded, and named in the explanation."""

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


class Boosts:
    """What boosts look at of a question, read once: its text, and when it is asked."""

    def __init__(self, text: str, now: int | None) -> None:
        self._first = text.lstrip()[:1].casefold()
        self._plain = _plain(text)
        self._now = now

    def of(self, score: float, head: Payload) -> tuple[float, tuple[Boost, ...]]:
        """Return a score, 0 to 1, after everything that speaks for or against its document."""
        found: tuple[Boost, ...] = ()
        if score > 0 and (exact := self._exact(head)):
            found = (Boost(exact, (score + (1.0 - score) * EXACT) / score),)
        age = _age(head.get("updated_at"), self._now)
        if age < 1.0:
            found = (*found, Boost("age", age))
        if (status := head.get("status")) in ("superseded", "archived"):
            found = (*found, Boost(str(status), OUTDATED))
        for boost in found:
            score *= boost.factor
        return score, found

    def _exact(self, head: Payload) -> str:
        if self._same(head.get("title")):
            return "exact_title"
        return "exact_id" if self._same(head.get("doc_id")) else ""

    def _same(self, kept: object) -> bool:
        """Compare two short texts but for case, space and the stop at their end."""
        if not isinstance(kept, str) or not kept or kept[0].casefold() != self._first:
            return False
        return _plain(kept) == self._plain


def _age(changed: object, now: int | None) -> float:
    """Return the factor of age: half as much again for every year, but never below `AGE_LEAST`."""
    if now is None or not isinstance(changed, int):
        return 1.0
    years = max(0.0, (now - changed) / YEAR_SECONDS)
    return max(AGE_LEAST, 1.0 / (1.0 + AGE_SLOPE * years))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .?!。？！")
