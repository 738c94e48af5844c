"""Live events of the sample company: its future, told as if it happened now."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from api.sample.facts import Fact

AGAIN = 0.05


@dataclass(slots=True)
class Live:
    """Tells the future in its order, each fact with the time at which it is told.

    :ivar told: how many were told, so that a restart goes on where it stopped.
    """

    future: Sequence[Fact]
    told: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    last: list[Fact] = field(default_factory=list)

    def next(self, now: datetime) -> list[Fact]:
        """Return what happens now: one to three facts, now and then one that was delivered before."""
        count = self.dice.choice((1, 1, 1, 2, 3))
        fresh = [self._now(fact, now) for fact in self.future[self.told : self.told + count]]
        self.told += len(fresh)
        again = [self.dice.choice(self.last)] if self.last and self.dice.random() < AGAIN else []
        self.last = [*self.last, *fresh][-50:]
        return [*fresh, *again]

    def _now(self, fact: Fact, now: datetime) -> Fact:
        """Return a fact that happens now, under an id of its own."""
        moment = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
        name = hashlib.blake2b(f"{fact['id']}/{moment}".encode(), digest_size=10).hexdigest()
        data = fact["data"]
        if isinstance(data, dict):
            data = {key: value for key, value in data.items() if key not in ("closed_on", "from_day", "day")}
        return {**fact, "id": name, "time": moment, "data": data}
