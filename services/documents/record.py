"""What became of the deals that a document was used in: an association, and no cause."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from services.days import DAY_US
from services.deals.deal import Deal

Became = Literal["won", "lost", "open", "before"]
# How many lost deals in a row, with none won since, speak against a document.
LOSSES_MIN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """The first use of a document in a deal, and what became of the deal since.

    `before` is a deal that was closed when the document was used in it: it says nothing of the document.
    """

    deal: str
    used_us: int
    became: Became
    closed_us: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """The deals that used a document, by what became of them. The sample is those that were won or lost since."""

    uses: tuple[Use, ...] = ()

    def count(self, became: Became) -> int:
        """Return how many deals became something."""
        return sum(use.became == became for use in self.uses)

    @property
    def sample(self) -> int:
        """Return how many deals were won or lost after the document was used in them."""
        return self.count("won") + self.count("lost")

    @property
    def contradicted(self) -> bool:
        """Return whether the latest closed deals, at least `LOSSES_MIN` of them, were all lost."""
        closed = sorted((use.closed_us, use.became) for use in self.uses if use.became in ("won", "lost"))
        latest = [became for _, became in closed[-LOSSES_MIN:]]
        return len(latest) == LOSSES_MIN and "won" not in latest


def use_of(deal: str, state: Deal, used_us: int) -> Use:
    """Return what a use in a deal came to; `used_us` is the moment of the first one."""
    closed = state.outcome
    if closed is None or state.status == "open":
        return Use(deal=deal, used_us=used_us, became="open")
    # Of a deal that was closed on the day of its use nobody knows which came first, and most are closed in the evening.
    closed_us = closed.at.us + (DAY_US - 1 if closed.at.dated else 0)
    became: Became = "before" if closed_us < used_us else closed.kind
    return Use(deal=deal, used_us=used_us, became=became, closed_us=closed_us)


def record_of(uses: Iterable[Use]) -> Record:
    """Return the record of some uses, the youngest first."""
    return Record(uses=tuple(sorted(uses, key=lambda use: (-use.used_us, use.deal))))
