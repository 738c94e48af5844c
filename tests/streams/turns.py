"""Ledgers of one store that write in turns, each after it was overtaken by the others."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from random import Random

from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.submission import Outcome, Submission
from streams.store.postgres import open_postgres

SIZES = (2, 30, 300)


class Overtaken(Ledger):
    """Lets something else happen between its fold and its turn.

    :ivar moved: how many batches were numbered anew; `parted` how many of these were folded again in part, `again` how
        many batches as a whole.
    """

    between: Callable[[], object] | None = None
    moved = 0
    parted = 0
    again = 0

    def _fold(self, jobs: Sequence[Job], now_us: int) -> list[list[Outcome]]:
        outcomes = super()._fold(jobs, now_us)
        between, self.between = self.between, None
        if between:
            between()
        return outcomes

    def overtaken(self, jobs: Sequence[Job], now_us: int) -> bool:
        """Return what it returns, and count."""
        found = super().overtaken(jobs, now_us)
        self.again += found
        self.moved += self.projector.moved > 0
        self.parted += self.projector.again > 0
        return found


class Turns:
    """Three ledgers of one store, each with a connection of its own."""

    def __init__(self, address: str, now_us: int, held: ExitStack) -> None:
        self.now_us = now_us
        self.ledgers = [Overtaken(open_postgres(address), now_us=now_us) for _ in range(3)]
        for ledger in self.ledgers:
            held.callback(ledger.close)

    def apply(self, items: Sequence[Submission], seed: int) -> None:
        """Apply everything in batches of many sizes; three are folded before the first of them is written."""
        dice = Random(seed)
        waiting = list(items)
        while waiting:
            among = dice.sample(self.ledgers, len(self.ledgers))
            self._nested(among, [self._taken(waiting, dice) for _ in among])

    def _taken(self, waiting: list[Submission], dice: Random) -> list[Submission]:
        size = dice.choice(SIZES)
        taken = waiting[:size]
        del waiting[:size]
        return taken

    def _nested(self, ledgers: Sequence[Overtaken], batches: Sequence[list[Submission]]) -> None:
        """Let the first ledger fold its batch, then all the others do theirs, then the first take its turn."""
        if not ledgers:
            return
        first, *others = ledgers
        first.between = lambda: self._nested(others, batches[1:])
        first.apply([Job(items=batches[0])], self.now_us)
