"""P4: the views equal a recount of the raw facts, whatever is repeated, displaced or malformed."""

from itertools import permutations
from pathlib import Path

import pytest

from services.errors import Rejected
from services.events.decode import Waiting, read
from services.events.envelope import Event
from streams.ledger.jobs import Job
from streams.projection.submission import Refused, Submission
from tests.builders import deal, event, stage, won
from tests.faults.recount import recount, viewed
from tests.faults.soundness import check_sound
from tests.faults.traffic import SOURCE, Facts, batches, displaced
from tests.stores import Store, Wire, us

NOW_US = us("2040-01-01T00:00:00Z")


def delivered(wire: Wire) -> Submission:
    """Return a delivery as an authentic sender's: what cannot be read is kept with its reason."""
    try:
        found: Event | Waiting = read(wire, now_us=NOW_US)
    except Rejected as refusal:
        return Refused(source=SOURCE, raw=repr(wire).encode(), reason=refusal.code, detail=refusal.detail)
    return found


def deliver(folder: Path, deliveries: int, *, deals: int, reps: int, places_max: int) -> None:
    """Deliver 89 % fresh facts, a tenth of them displaced, 10 % duplicates and 1 % malformed."""
    twice, broken = deliveries // 10, deliveries // 100
    fresh = deliveries - twice - broken
    facts = Facts(seed=4, deals=deals, reps=reps, step_seconds=70).take(fresh)
    store = Store(folder)
    mixed = displaced(facts, seed=4, places_max=places_max, twice=twice, broken=broken)
    for batch in batches(mixed, 500):
        store.home.apply([Job(items=[delivered(wire) for wire in batch])], NOW_US)
    found = check_sound(store.home.connection, facts)
    assert (found.received, found.applied) == (deliveries, fresh)
    assert (found.duplicate, found.dead_letters, found.rejected) == (twice, broken, 0)
    store.home.close()


def test_views_equal_a_recount(tmp_path: Path) -> None:
    """10,000 deliveries in disorder: every cell of created, won and won amount is that of the recount."""
    deliver(tmp_path, 10_000, deals=600, reps=40, places_max=500)


@pytest.mark.nightly
def test_views_equal_a_recount_of_a_million(tmp_path: Path) -> None:
    """1,000,000 deliveries of 50,000 deals and 200 people, displaced up to 5,000 places."""
    deliver(tmp_path, 1_000_000, deals=50_000, reps=200, places_max=5_000)


def test_the_recount_notices_one_event_too_many(tmp_path: Path) -> None:
    """Control: a store with one fact less, or one fact more, than the recount is told apart."""
    facts = Facts(seed=5, deals=30).take(300)
    store = Store(tmp_path)
    store.send(facts)
    first = next(place for place, fact in enumerate(facts) if fact["type"] == "deal.created")
    assert viewed(store.home.connection) == recount(facts)
    assert viewed(store.home.connection) != recount([*facts[:first], *facts[first + 1 :]])
    store.home.close()


def test_all_orders_of_six_events_make_one_state(tmp_path: Path) -> None:
    """All 720 orders of arrival of six events of one deal give one identical state, journal and cells."""
    six = [
        deal(
            "X",
            "2017-01-01T09:00:00Z",
            owner="ann",
            amount="100.00",
            currency="USD",
            pipeline="main",
            stage="new",
        ),
        stage("X", "2017-01-05T09:00:00Z", "offered"),
        event("deal.owner_changed", "deal/X", "2017-01-07T09:00:00Z", owner="bob"),
        won("X", "2017-02-01T09:00:00Z", amount="120.00", currency="USD"),
        event("deal.reopened", "deal/X", "2017-02-03T09:00:00Z"),
        won("X", "2017-03-01T09:00:00Z", amount="90.00", currency="USD"),
    ]
    store = Store(tmp_path)
    seen: set[str] = set()
    for number, order in enumerate(permutations(six)):
        name = f"X{number}"
        store.send([wire | {"subject": f"deal/{name}", "id": f"{wire['id']}-{number}"} for wire in order])
        seen.add(_told(store, name))
    assert len(seen) == 1
    assert set(viewed(store.home.connection).won.values()) == {720}
    store.home.close()


def _told(store: Store, name: str) -> str:
    """Return the state of a deal, and its journal summed by key, without its own name and without arrival."""
    key = "measure, day, rep, currency, rate_day, dims, value, at_us, j.subject"
    rows = store.home.connection.execute(
        f"SELECT {key}, SUM(n), SUM(count_bp), SUM(amount) FROM journal j JOIN roots r ON r.no = j.root_no "
        "WHERE r.subject = ? GROUP BY "
        f"{key} HAVING SUM(n) <> 0 OR SUM(count_bp) <> 0 OR SUM(amount) <> 0 ORDER BY {key}",
        (f"deal/{name}",),
    )
    return f"{store.state(f'deal/{name}')} {rows.fetchall()}"
