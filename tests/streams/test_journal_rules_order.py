"""Rules 1 and 2 of the journal: the moments of an event and the order inside a root."""

import re
from collections import defaultdict
from itertools import permutations

import pytest

from services.deals.deal import Deal
from tests.builders import (
    Wire,
    configured,
    deal,
    event,
    lost,
    order,
    stage,
    won,
)
from tests.homes import Stores


def test_rule_1_business_day_is_cut_in_the_companys_zone(stores: Stores) -> None:
    """Rule 1: 23:30 UTC on the last of March is the first of April in Shanghai."""
    store = stores()
    store.send(configured(zone="Asia/Shanghai"), order("1", "2017-03-31T23:30:00Z"))
    assert store.board("won_amount", "2017-03") == {}
    assert store.board("won_amount", "2017-04") == {"ann": "10.00 USD"}


def test_rule_1_a_date_only_fact_keeps_its_day_in_every_zone(stores: Stores) -> None:
    """Rule 1: a date without a time keeps its day in the company's zone and on boards of other zones."""
    store = stores()
    store.send(configured(zone="America/Los_Angeles"), order("1", "2017-04-01"))
    for zone in ("America/Los_Angeles", "Asia/Shanghai", "Pacific/Kiritimati"):
        assert store.board("won_amount", "2017-04-01", zone=zone) == {"ann": "10.00 USD"}


def test_rule_1_position_grows_by_one_and_applied_never_stands_still(stores: Stores) -> None:
    """Rule 1: `applied_at` is max(now, last + 1 us), also when the clock goes back."""
    store = stores()
    store.send(order("1", "2017-03-01"), at="2017-06-01T00:00:00Z")
    store.send(order("2", "2017-03-01"), at="2017-05-01T00:00:00Z")
    rows = store.home.connection.execute("SELECT position, applied_us FROM events ORDER BY position").fetchall()
    assert [position for position, _ in rows] == [1, 2, 3, 4]
    assert [applied - rows[0][1] for _, applied in rows] == [0, 1, 2, 3]


def test_rule_1_recorded_time_is_information_only(stores: Stores) -> None:
    """Rule 1: the door's clock moves no number."""
    store = stores()
    late: Wire = {"recordedtime": "2017-12-01T00:00:00Z"}
    first, second = order("1", "2017-03-01T10:00:00Z")
    store.send(first | late, second | late)
    assert store.board("won_amount", "2017") == store.board("won_amount", "2017-03-01") == {"ann": "10.00 USD"}


def story(name: str) -> list[Wire]:
    """Return six events of a deal and its account, both of one name, and with it alone unlike those of other names."""
    told: Wire = {"stage": "new", "pipeline": "p", "amount": "10.00", "currency": "USD", "account": name}
    wires = [
        deal(name, "2017-01-02T09:00:00Z", owner="ann", **told),
        stage(name, "2017-01-05T09:00:00Z", "offer"),
        event("deal.owner_changed", f"deal/{name}", "2017-01-09T09:00:00Z", owner="bob"),
        won(name, "2017-02-01T09:00:00Z", amount="12.50", currency="EUR"),
        event("deal.reopened", f"deal/{name}", "2017-02-03T09:00:00Z", stage="offer"),
        lost(name, "2017-03-01T09:00:00Z", reason="price"),
    ]
    return [wire | {"id": f"{name}-{place}"} for place, wire in enumerate(wires)]


def test_rule_2_every_order_of_arrival_of_one_deal_gives_one_state(stores: Stores) -> None:
    """Rule 2: all 720 orders of arrival of six events give the same states and summed journal."""
    store = stores()
    arrivals = enumerate(permutations(range(6)))
    store.send([story(f"name-{number:03}")[place] for place in places] for number, places in arrivals)
    dump = store.dump()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in (*dump.states, *dump.told, *dump.journal):
        (name,) = set(re.findall(r"name-\d{3}", repr(row)))
        found[name].append(repr(row).replace(name, ""))
    assert len(found) == 720
    assert len({tuple(rows) for rows in found.values()}) == 1


def test_rule_2_a_date_only_export_creates_moves_and_wins_in_one_day(stores: Stores) -> None:
    """Rule 2: created, moved and won on one date fold in the order of their rank, whatever row came first."""
    day = "2017-03-01"
    rows = [won("1", day), stage("1", day, "offer"), deal("1", day, owner="ann", stage="new", pipeline="p")]
    for arrival in permutations(rows):
        with stores.one() as store:
            store.send(arrival)
            state = store.state("deal/1")
            assert isinstance(state, Deal)
            assert (state.status, state.stage, state.anomalies) == ("won", "offer", ())
            assert store.parts("stage_entries", day) == {"p/new": "1", "p/offer": "1"}
            assert store.board("deals_won", day) == {"ann": "1"}


def test_rule_2_ranks_order_events_of_one_moment(stores: Stores) -> None:
    """Rule 2: created < changes < stage < won < reopened < merged < deleted < restored at one moment."""
    day = "2017-03-01"
    kinds = ("deleted", "restored", "reopened", "won", "created")
    several = [event(f"deal.{kind}", "deal/1", day) for kind in kinds]
    store = stores()
    store.send(several, event("deal.owner_changed", "deal/1", day, owner="ann"))
    state = store.state("deal/1")
    assert isinstance(state, Deal)
    assert (state.status, state.deleted, state.reopened, state.owner) == ("open", False, 1, "ann")


def test_rule_2_sequence_decides_between_events_of_one_time_and_rank(stores: Stores) -> None:
    """Rule 2: the stage with the higher sequence is the later one, although it arrived first."""
    store = stores()
    day = "2017-03-01"
    steps = [("offer", 2), ("new", 0), ("demo", 1)]
    moves = [event("deal.stage_changed", "deal/1", day, {"sequence": n}, stage=to) for to, n in steps]
    store.send(deal("1", day), moves)
    state = store.state("deal/1")
    assert isinstance(state, Deal)
    assert state.stage == "offer"


@pytest.mark.parametrize("field", ["source", "id"])
def test_rule_2_source_then_id_break_the_last_ties(stores: Stores, field: str) -> None:
    """Rule 2: where time, rank and sequence are equal, the greater source, then the greater id is the
    later.
    """
    day = "2017-03-01"
    first = event("deal.owner_changed", "deal/1", day, {field: "a"}, owner="zoe")
    last = event("deal.owner_changed", "deal/1", day, {field: "b"}, owner="ann")
    store = stores()
    store.send(last, first)
    state = store.state("deal/1")
    assert isinstance(state, Deal)
    assert state.owner == "ann"
