"""Traits: what a document is about beside its words, so that documents of like subjects find each other.

Each value is a dimension of the sparse vector of the head, which no passage has: an engine finds by traits as it finds
by words, and rare values weigh more than common ones.
"""

from collections.abc import Mapping, Sequence
from math import log2

from search.text.sparse import Sparse, dimension

WEIGHTS: Mapping[str, float] = {
    "industry": 1.0,
    "competitor": 1.0,
    "product": 0.8,
    "size_band": 0.8,
    "amount_minor": 0.6,
    "region": 0.4,
    "team": 0.2,
}
"""How much a trait counts in likeness, before its rarity."""
DOUBLINGS = 2.0
"""Amounts that differ by this many doublings are not alike at all."""

Fields = Mapping[str, Sequence[str]]


def terms(fields: Fields, numbers: Mapping[str, int]) -> dict[str, float]:
    """Return the terms of traits, each with how much it counts in finding."""
    found = {f"{name}={value}": WEIGHTS[name] for name in WEIGHTS for value in fields.get(name, ())}
    amount = numbers.get("amount_minor", 0)
    if amount > 0:
        found[f"amount_minor={round(log2(amount))}"] = WEIGHTS["amount_minor"]
    return found


def of_fields(fields: Fields, numbers: Mapping[str, int]) -> Sparse | None:
    """Return the sparse vector of traits, None when there are none."""
    weights = {dimension(term): 1.0 for term in terms(fields, numbers)}
    return _sparse(weights)


def asking(fields: Fields, numbers: Mapping[str, int]) -> Sparse | None:
    """Return what asks for like traits, None when there are none."""
    return _sparse({dimension(term): weight for term, weight in terms(fields, numbers).items()})


def near_amount(one: int, other: int) -> float:
    """Return how alike two amounts are, 0 to 1; amounts of nothing are like no other."""
    if one <= 0 or other <= 0:
        return 0.0
    return max(0.0, 1.0 - abs(log2(one / other)) / DOUBLINGS)


def _sparse(weights: Mapping[int, float]) -> Sparse | None:
    ordered = sorted(weights.items())
    if not ordered:
        return None
    return Sparse(tuple(index for index, _ in ordered), tuple(value for _, value in ordered))
