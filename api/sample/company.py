"""The sample company as a whole: its history in the order of delivery, and the future that comes after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.sample.accounts import Account, accounts, creation
from api.sample.deals import Life
from api.sample.facts import ZONE, Fact, Maker, SampleOptions, season
from api.sample.organisation import Rep, people, setup
from api.sample.service import lead, ticket

LATE_HOURS, LATE_DAYS, TWICE = 0.03, 0.01, 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """Facts up to `now` in the order in which they were delivered, and those after it by their time."""

    history: list[Fact]
    future: list[Fact]


def sample(options: SampleOptions) -> Sample:
    """Return the sample company of some options."""
    maker = Maker(options.seed)
    reps = people(maker, options)
    known = accounts(maker, options)
    facts = [*setup(maker, options, reps), *creation(maker, options, known)]
    facts += _lives(maker, options, reps, known)
    facts += _blunders(maker, facts)
    facts.sort(key=_moment)
    now = options.now.astimezone(ZONE)
    past = [fact for fact in facts if _when(fact) <= now]
    return Sample(history=list(delivered(maker, past, now)), future=[fact for fact in facts if _when(fact) > now])


def _when(fact: Fact) -> datetime:
    return datetime.fromisoformat(str(fact["time"]))


def _moment(fact: Fact) -> tuple[datetime, str]:
    return _when(fact), str(fact["id"])


def _lives(maker: Maker, options: SampleOptions, reps: list[Rep], known: list[Account]) -> Iterator[Fact]:
    """Yield deals, leads and tickets, week by week."""
    deals = leads = tickets = 0
    week = options.first_day
    end = options.now.date() + timedelta(days=options.future_days)
    while week <= end:
        for rep in reps:
            if not rep.works(week):
                continue
            for _ in range(_count(maker, options.deals_a_week * rep.ramp(week) * season(week))):
                deals += 1
                at = maker.working_time(week + timedelta(days=maker.dice.randrange(5)))
                account = maker.dice.choice(known)
                yield from Life(maker, deals, rep, account, reps, at).tell()
            if maker.chance(0.5):
                leads += 1
                yield from lead(maker, leads, rep, _some_time(maker, week))
        for _ in range(_count(maker, options.reps / 4)):
            tickets += 1
            yield from ticket(maker, tickets, reps, maker.dice.choice(known), _some_time(maker, week))
        week += timedelta(days=7)


def _some_time(maker: Maker, week: date) -> datetime:
    return maker.working_time(week + timedelta(days=maker.dice.randrange(7)))


def _count(maker: Maker, mean: float) -> int:
    """Return a whole number around a mean."""
    whole = int(mean)
    return max(0, whole + maker.chance(mean - whole) + maker.dice.choice((-1, 0, 0, 0, 1)))


def _blunders(maker: Maker, facts: list[Fact]) -> Iterator[Fact]:
    """Yield deals that were entered twice and merged, and some that were deleted, one of them by mistake."""
    created = [fact for fact in facts if fact["type"] == "deal.created"]
    for first, second in zip(created[40::97], created[41::97], strict=False):
        at = max(_when(first), _when(second)) + timedelta(days=1)
        into = str(first["subject"]).partition("/")[2]
        yield maker.fact("deal.merged", str(second["subject"]), at, into=into)
    for index, fact in enumerate(created[70::110]):
        at = _when(fact) + timedelta(days=3)
        yield maker.fact("deal.deleted", str(fact["subject"]), at)
        if index % 3 == 0:
            yield maker.fact("deal.restored", str(fact["subject"]), at + timedelta(hours=5))


def delivered(maker: Maker, facts: list[Fact], now: datetime) -> Iterator[Fact]:
    """Yield facts as sources deliver them: mostly in order, some hours or days late, some twice."""
    arrivals: list[tuple[datetime, int, Fact]] = []
    for index, fact in enumerate(facts):
        chance = maker.dice.random()
        delay = timedelta()
        if chance < LATE_DAYS:
            delay = timedelta(days=maker.dice.randrange(1, 6))
        elif chance < LATE_DAYS + LATE_HOURS:
            delay = timedelta(minutes=maker.dice.randrange(5, 600))
        arrivals.append((min(_when(fact) + delay, now), index, fact))
        if maker.chance(TWICE):
            arrivals.append((min(_when(fact) + delay + timedelta(minutes=3), now), index, fact))
    for _, _, fact in sorted(arrivals, key=lambda arrival: arrival[:2]):
        yield fact
