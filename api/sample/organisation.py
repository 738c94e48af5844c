"""The organisation of the sample company: teams, people, pipeline, calendar, quotas and rates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.sample.facts import CURRENCY, ZONE, Fact, Maker, SampleOptions
from api.sample.names import PRODUCTS, REPS, TEAMS

STAGES = (
    ("qualified", "Qualified 已确认", "0.1"),
    ("proposal", "Proposal 方案", "0.35"),
    ("negotiation", "Negotiation 谈判", "0.7"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rep:
    """A rep: how strong (1 is average), from when, until when."""

    id: str
    name: str
    team: str
    strength: float
    joined: date | None
    left: date | None

    def works(self, day: date) -> bool:
        """Return whether the rep is there on a day."""
        return (self.joined is None or self.joined <= day) and (self.left is None or day <= self.left)

    def ramp(self, day: date) -> float:
        """Return how much of a full rep somebody is on a day; starters take four months."""
        if self.joined is None:
            return 1.0
        return min(max((day - self.joined).days / 120, 0.15), 1.0)


def people(maker: Maker, options: SampleOptions) -> list[Rep]:
    """Return the reps: most are there from the beginning, one in eight starts later, one leaves."""
    found: list[Rep] = []
    for index in range(options.reps):
        starts = options.first_day + timedelta(days=maker.dice.randrange(60, 300)) if index % 8 == 5 else None
        leaves = options.first_day + timedelta(days=280) if index == 9 else None
        name = REPS[index % len(REPS)] + ("" if index < len(REPS) else f" {index // len(REPS) + 1}")
        strength = maker.dice.lognormvariate(0, 0.35)
        team = TEAMS[index % len(TEAMS)][0]
        rep = Rep(id=f"rep-{index + 1:02d}", name=name, team=team, strength=strength, joined=starts, left=leaves)
        found.append(rep)
    return found


def setup(maker: Maker, options: SampleOptions, reps: list[Rep]) -> Iterator[Fact]:
    """Yield everything that was there before the first deal."""
    at = datetime.combine(options.first_day - timedelta(days=7), datetime.min.time(), ZONE)
    fact = maker.fact
    name = "Paceline Sample GmbH 佩斯样例"
    first = at - timedelta(hours=1)
    yield fact("company.configured", "company/main", first, name=name, zone=ZONE.key, currency=CURRENCY, week_start=1)
    years = range(options.first_day.year, options.now.year + 2)
    holidays = [f"{year}-{day}" for year in years for day in ("01-01", "05-01", "10-03", "12-25", "12-26")]
    yield fact("calendar.defined", "company/main", at, holidays=holidays)
    stages: list[dict[str, object]] = [
        {"id": one, "name": text, "order": order, "probability": share, "kind": "open"}
        for order, (one, text, share) in enumerate(STAGES)
    ]
    stages.append({"id": "won", "name": "Won 赢单", "order": 8, "probability": "1", "kind": "won"})
    stages.append({"id": "lost", "name": "Lost 输单", "order": 9, "probability": "0", "kind": "lost"})
    yield fact("pipeline.defined", "pipeline/main", at, name="Sales 销售", stages=stages)
    yield fact("team.defined", "team/all", at, name="Sales 销售部")
    for index, (team, text) in enumerate(TEAMS):
        lead = reps[index].id if index < len(reps) else None
        yield fact("team.defined", f"team/{team}", at, name=text, parent="all", lead=lead)
    for product, text in PRODUCTS:
        yield fact("product.created", f"product/{product}", at, name=text, family=product)
    yield from _rates(maker, options, at)
    yield from _joining(maker, options, reps, at)
    yield from _quotas(maker, options, reps, at)


def _joining(maker: Maker, options: SampleOptions, reps: list[Rep], at: datetime) -> Iterator[Fact]:
    for index, rep in enumerate(reps):
        day = rep.joined.isoformat() if rep.joined else None
        when = datetime.combine(rep.joined, datetime.min.time(), ZONE) if rep.joined else at
        role = "senior" if rep.strength > 1.2 else "rep"
        yield maker.fact("rep.joined", f"rep/{rep.id}", when, name=rep.name, team=rep.team, role=role, from_day=day)
        if rep.left:
            left = datetime.combine(rep.left, datetime.min.time(), ZONE)
            yield maker.fact("rep.left", f"rep/{rep.id}", left, day=rep.left.isoformat())
        if index == 6:
            moved = maker.working_time(options.first_day + timedelta(days=200))
            to = TEAMS[(index + 1) % len(TEAMS)][0]
            yield maker.fact("rep.team_changed", f"rep/{rep.id}", moved, team=to, from_day=moved.date().isoformat())


def _quotas(maker: Maker, options: SampleOptions, reps: list[Rep], at: datetime) -> Iterator[Fact]:
    """Yield a quota for every rep and quarter, around what a rep of that strength wins."""
    years = range(options.first_day.year, options.now.year + 2)
    for rep in reps:
        for year in years:
            for quarter in range(1, 5):
                amount = round(110_000 * options.deals_a_week / 1.4 * (0.55 + 0.45 * rep.strength), -4)
                yield maker.fact(
                    "quota.set",
                    f"quota/{rep.id}-{year}-q{quarter}",
                    at,
                    rep=rep.id,
                    metric="won_amount",
                    period=f"{year}-Q{quarter}",
                    amount=f"{amount:.0f}",
                    currency=CURRENCY,
                )


def _rates(maker: Maker, options: SampleOptions, at: datetime) -> Iterator[Fact]:
    """Yield a rate a month for the currencies that some deals are in."""
    worth = {"CNY": 0.1285, "USD": 0.921}
    day = (options.first_day - timedelta(days=40)).replace(day=1)
    while day <= options.now.date():
        for currency in sorted(worth):
            worth[currency] *= 1 + maker.dice.gauss(0, 0.008)
            when = max(at, datetime.combine(day, datetime.min.time(), ZONE))
            rate = f"{worth[currency]:.6f}"
            yield maker.fact("rate.set", f"rate/{currency}", when, day=day.isoformat(), to=CURRENCY, rate=rate)
        day = (day + timedelta(days=32)).replace(day=1)
