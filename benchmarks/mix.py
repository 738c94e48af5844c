"""The event mix of every benchmark: deals that are created, moved, won and reopened, sent late and twice."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.days import DAY_US
from services.events.catalogue import Data
from services.events.deals import DealCreated, DealReopened, DealStageChanged, DealWon
from services.events.envelope import Event
from services.events.org import CompanyConfigured, RepJoined, TeamDefined

# 2025-01-01, so that nothing lies in the future.
START_US = 1_735_689_600_000_000
STEP_US = 60_000_000
DUPLICATE, OUT_OF_ORDER, LATE_DAYS = 0.10, 0.05, 0.01
STAGES = ("qualified", "proposal", "negotiation")
OPEN_MAX = 20_000


@dataclass(slots=True)
class Mix:
    """A seeded stream of deliveries: of every ten fresh events about three create a deal, five move one, two close.

    10 % of the deliveries are exact duplicates of a recent one, 5 % come up to 500 places out of order and 1 % are
    held back by days. `reps` share the deals.
    """

    seed: int = 7
    reps: int = 200
    step_us: int = STEP_US
    made: int = 0
    clock_us: int = START_US
    open: list[tuple[int, int]] = field(default_factory=list)
    won: list[int] = field(default_factory=list)
    recent: list[Event] = field(default_factory=list)
    held: list[tuple[int, Event]] = field(default_factory=list)
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def deliveries(self, count: int) -> Iterator[Event]:
        """Yield the next `count` deliveries."""
        for _ in range(count):
            yield self._delivery()

    def organisation(self) -> list[Event]:
        """Return the events that set up the company before: its currency, teams of twenty and their reps."""
        first = [_told("company", "company/main", "company.configured", CompanyConfigured(zone="UTC", currency="EUR"))]
        for rep in range(self.reps):
            team, subject = f"team-{rep // 20}", f"rep/rep-{rep}"
            if rep % 20 == 0:
                first.append(_told(team, f"team/{team}", "team.defined", TeamDefined(name=team)))
            first.append(_told(f"rep-{rep}", subject, "rep.joined", RepJoined(name=f"Rep {rep}", team=team)))
        return first

    def _delivery(self) -> Event:
        dice = self.dice
        if self.recent and dice.random() < DUPLICATE:
            return dice.choice(self.recent)
        if self.held and self.held[0][0] <= self.made:
            return self._seen(self.held.pop(0)[1])
        event = self._fresh()
        chance = dice.random()
        if chance < OUT_OF_ORDER + LATE_DAYS:
            places = dice.randrange(2, 500) if chance < OUT_OF_ORDER else 3 * DAY_US // self.step_us
            self.held.append((self.made + places, event))
            self.held.sort(key=lambda item: item[0])
            event = self._fresh()
        return self._seen(event)

    def _seen(self, event: Event) -> Event:
        self.recent.append(event)
        if len(self.recent) > 1_000:
            del self.recent[:500]
        return event

    def _fresh(self) -> Event:
        """Return an event that was not made before."""
        self.made += 1
        self.clock_us += self.step_us
        dice, chance = self.dice, self.dice.random()
        if not self.open or chance < 0.3:
            return self._created()
        place = dice.randrange(len(self.open))
        deal, stage = self.open[place]
        if chance < 0.78 and stage + 1 < len(STAGES):
            self.open[place] = (deal, stage + 1)
            return self._event(deal, "deal.stage_changed", DealStageChanged(stage=STAGES[stage + 1]))
        if chance > 0.97 and self.won:
            again = self.won.pop(dice.randrange(len(self.won)))
            self.open.append((again, len(STAGES) - 1))
            return self._event(again, "deal.reopened", DealReopened())
        self.open[place] = self.open[-1]
        self.open.pop()
        self.won.append(deal)
        if len(self.won) > OPEN_MAX:
            del self.won[: OPEN_MAX // 2]
        return self._event(deal, "deal.won", DealWon())

    def _created(self) -> Event:
        dice = self.dice
        deal = self.made
        if len(self.open) < OPEN_MAX:
            self.open.append((deal, 0))
        return self._event(
            deal,
            "deal.created",
            DealCreated(
                owner=f"rep-{dice.randrange(self.reps)}",
                account=f"a{deal // 3}",
                pipeline="main",
                stage=STAGES[0],
                amount=str(dice.randrange(500, 90_000)),
                currency="EUR",
            ),
        )

    def _event(self, deal: int, kind: str, data: Data) -> Event:
        name = f"e{self.made:09d}"
        return Event(id=name, source="bench", type=kind, subject=f"deal/d{deal}", time_us=self.clock_us, data=data)


def _told(name: str, subject: str, kind: str, data: Data) -> Event:
    return Event(id=name, source="bench", type=kind, subject=subject, time_us=START_US, data=data)
