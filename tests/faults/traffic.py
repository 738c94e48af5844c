"""Seeded traffic: the facts of many deals, and the disorder in which they are delivered."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.stores import Wire

SOURCE = "crm"
BEGIN = datetime(2016, 1, 1, 8, tzinfo=UTC)
STAGES = ("new", "talking", "offered", "agreed")


@dataclass(slots=True)
class _Deal:
    """What a deal may do next depends on whether it was created and closed."""

    created: bool = False
    closed: bool = False


@dataclass(slots=True)
class Facts:
    """An endless seeded story of `deals` deals of `reps` people; every fact has a moment of its own."""

    seed: int
    deals: int
    reps: int = 20
    step_seconds: int = 1_700
    made: int = 0
    known: dict[int, _Deal] = field(default_factory=dict)
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def take(self, count: int) -> list[Wire]:
        """Return the next `count` facts in the order in which they happened."""
        return [self._next() for _ in range(count)]

    def _next(self) -> Wire:
        self.made += 1
        number = self.dice.randrange(self.deals)
        deal = self.known.setdefault(number, _Deal())
        kind, fields = self._closed(deal) if deal.closed else self._open(deal)
        when = BEGIN + timedelta(seconds=self.step_seconds * self.made)
        return {
            "specversion": "1.0",
            "id": f"{self.seed}-{self.made}",
            "source": SOURCE,
            "type": f"deal.{kind}",
            "subject": f"deal/d{number}",
            "time": when.isoformat(),
            "data": fields,
        }

    def _open(self, deal: _Deal) -> tuple[str, Wire]:
        if not deal.created:
            deal.created = True
            stage: Wire = {"pipeline": "main", "stage": STAGES[0], "account": f"a{self.made % 97}"}
            return "created", {"owner": self._rep(), "amount": self._amount(), "currency": "USD", **stage}
        chance = self.dice.random()
        if chance < 0.25:
            deal.closed = True
            return ("won", {}) if chance < 0.18 else ("lost", {"reason": "price"})
        if chance < 0.45:
            return self._any()
        return "stage_changed", {"stage": self.dice.choice(STAGES)}

    def _closed(self, deal: _Deal) -> tuple[str, Wire]:
        if self.dice.random() < 0.3:
            deal.closed = False
            return "reopened", {}
        return self._any()

    def _any(self) -> tuple[str, Wire]:
        if self.dice.random() < 0.6:
            return "updated", {"amount": self._amount()}
        return "owner_changed", {"owner": self._rep()}

    def _rep(self) -> str:
        return f"r{self.dice.randrange(self.reps)}"

    def _amount(self) -> str:
        return f"{self.dice.randrange(1_000_000) / 100:.2f}"


def displaced(
    facts: Sequence[Wire],
    *,
    seed: int,
    share: float = 0.10,
    places_max: int = 5_000,
    twice: int = 0,
    broken: int = 0,
) -> list[Wire]:
    """Return deliveries of all facts: a share out of place, `twice` of them again, and `broken` ones."""
    dice = random.Random(seed)
    placed: list[tuple[float, int, Wire]] = []
    for place, fact in enumerate(facts):
        moved = dice.uniform(-places_max, places_max) if dice.random() < share else 0.0
        placed.append((place + moved, len(placed), fact))
    for _ in range(twice):
        place = dice.randrange(len(facts))
        placed.append((place + dice.uniform(0, places_max), len(placed), dict(facts[place])))
    for number in range(broken):
        spoilt = _spoilt(facts[dice.randrange(len(facts))], number)
        placed.append((dice.uniform(0, len(facts)), len(placed), spoilt))
    return [fact for _, _, fact in sorted(placed, key=lambda item: item[:2])]


def _spoilt(fact: Wire, number: int) -> Wire:
    """Return a delivery that cannot be read, each in another way."""
    wrong: Wire = dict(fact) | {"id": f"broken-{number}"}
    match number % 4:
        case 0:
            del wrong["subject"]
        case 1:
            wrong["time"] = "yesterday"
        case 2:
            wrong["time"] = "2017-01-01T00:00:00"
        case _:
            wrong["specversion"] = "0.3"
    return wrong


def batches(deliveries: Sequence[Wire], size: int) -> Iterator[Sequence[Wire]]:
    """Yield deliveries in batches."""
    for start in range(0, len(deliveries), size):
        yield deliveries[start : start + size]
