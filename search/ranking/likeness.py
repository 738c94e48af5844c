"""Likeness: how much two documents are about like things, trait by trait, and how rare what they share is."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from search.index.port import Payload
from search.index.traits import WEIGHTS, near_amount

NEIGHBOUR = 0.5
"""What a neighbouring value of an ordered trait counts."""

Neighbours = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Traits:
    """What is asked for: values by trait, the amount, and by value those that lie beside it, such as size bands."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    amount_minor: int = 0
    neighbours: Neighbours = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Return whether anything is known to compare."""
        return bool(self.amount_minor > 0 or any(self.values.get(name) for name in WEIGHTS))


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One trait of a comparison: what both have, how alike that is (0 to 1), and how much of the whole it decides."""

    trait: str
    value: str
    alike: float
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """How alike two documents are, 0 to 1, and trait by trait."""

    score: float
    shares: tuple[Share, ...]


def rarity(count: int, total: int) -> float:
    """Return how much a value says that `count` of `total` documents have: from 1.0 for all to about 2 for one of 100.

    It is one more than the inverse document frequency in decimal orders over two.
    """
    return 1.0 + math.log10(max(total, 1) / max(count, 1)) / 2 if total else 1.0


def likeness(asked: Traits, head: Payload, rarities: Mapping[tuple[str, str], float]) -> Likeness:
    """Return how alike a document is to what is asked for; what the asker does not know says nothing."""
    shares = list(_shares(asked, head, rarities))
    whole = sum(share.weight for share in shares)
    if not whole:
        return Likeness(score=0.0, shares=())
    score = sum(share.alike * share.weight for share in shares) / whole
    told = [
        Share(trait=share.trait, value=share.value, alike=share.alike, weight=share.weight / whole)
        for share in shares
        if share.alike > 0
    ]
    return Likeness(score=score, shares=tuple(sorted(told, key=lambda one: (-one.alike * one.weight, one.trait))))


def _shares(asked: Traits, head: Payload, rarities: Mapping[tuple[str, str], float]) -> Iterable[Share]:
    for name, weight in WEIGHTS.items():
        if name == "amount_minor":
            if asked.amount_minor > 0:
                alike = near_amount(asked.amount_minor, _whole(head.get("amount_minor")))
                yield Share(trait=name, value="", alike=alike, weight=weight)
            continue
        kept = head.get(name)
        own = tuple(str(one) for one in kept) if isinstance(kept, list) else ()
        for value in asked.values.get(name, ()):
            yield _share(name, value, own, asked.neighbours, weight * rarities.get((name, value), 1.0))


def _share(name: str, value: str, own: tuple[str, ...], neighbours: Neighbours, weight: float) -> Share:
    if value in own:
        return Share(trait=name, value=value, alike=1.0, weight=weight)
    beside = next((one for one in own if name == "size_band" and one in neighbours.get(value, ())), "")
    return Share(trait=name, value=beside, alike=NEIGHBOUR if beside else 0.0, weight=weight)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
