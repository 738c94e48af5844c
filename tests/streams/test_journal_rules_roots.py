"""Rules 12 to 15 of the journal: deletes, references, classes of locks, and outcomes that are events."""

from itertools import permutations

import pytest

from services.deals.deal import Deal
from tests.builders import (
    Wire,
    deal,
    event,
    joined,
    order,
    pipeline,
    stage,
    team,
    won,
)
from tests.homes import Stores


def test_rule_12_a_delete_hides_events_of_any_time(stores: Stores) -> None:
    """Rule 12: a win that is later than the delete, or that arrives after it, does not revive the deal."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann"), event("deal.deleted", "deal/1", "2017-02-01"))
    store.send(won("1", "2017-03-01"), event("deal.updated", "deal/1", "2017-01-15", amount="1.00"))
    assert store.board("deals_won", "2017") == store.board("deals_created", "2017") == {}
    assert store.asked("open_pipeline", "2017-12-31").total.sample == 0


def test_rule_12_only_a_later_restore_brings_back_all_of_it(stores: Stores) -> None:
    """Rule 12: a restore with a later time is the way back, and everything counts again, the win in
    between too.
    """
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann"), event("deal.deleted", "deal/1", "2017-02-01"))
    store.send(won("1", "2017-03-01"), event("deal.restored", "deal/1", "2017-01-20"))
    assert store.board("deals_won", "2017") == {}
    store.send(event("deal.restored", "deal/1", "2017-04-01"))
    assert store.board("deals_won", "2017-03") == {"ann": "1"}
    assert store.board("deals_created", "2017") == {"ann": "1"}


def test_rule_12_deletes_and_restores_do_not_depend_on_arrival(stores: Stores) -> None:
    """Rule 12: created, won, deleted, restored and deleted again end deleted in every order of arrival."""
    events = [
        *order("1", "2017-01-01"),
        event("deal.deleted", "deal/1", "2017-02-01"),
        event("deal.restored", "deal/1", "2017-03-01"),
        event("deal.deleted", "deal/1", "2017-04-01"),
    ]
    wanted = None
    for arrival in permutations(events):
        with stores.one() as store:
            store.send(arrival)
            wanted = wanted or store.dump()
            assert store.dump() == wanted
    assert wanted is not None
    assert (wanted.journal, wanted.cells, wanted.told) == ([], [], [])


def test_rule_12_deleting_what_is_unknown_is_applied_and_changes_no_number(stores: Stores) -> None:
    """Rule 12: the delete of a deal that nobody has seen waits on its state for the deal to arrive."""
    store = stores()
    (outcome,) = store.send(event("deal.deleted", "deal/1", "2017-02-01"))
    store.send(order("1", "2017-01-01"))
    assert outcome.kind == "applied"
    assert store.board("deals_won", "2017") == {}


def test_rule_13_a_stage_change_before_the_creation_makes_a_partial_state(stores: Stores) -> None:
    """Rule 13: events of a deal that was not created yet are applied, and the creation completes the
    state.
    """
    store = stores()
    (outcome,) = store.send(stage("1", "2017-02-01", "offer"))
    partial = store.state("deal/1")
    assert outcome.kind == "applied"
    assert isinstance(partial, Deal)
    assert (partial.stage, partial.creation, partial.status) == ("offer", None, "open")
    assert store.board("deals_created", "2017") == {}
    store.send(deal("1", "2017-01-01", owner="ann", pipeline="p", stage="new"))
    assert store.board("deals_created", "2017") == {"ann": "1"}
    assert store.parts("stage_entries", "2017") == {"p/new": "1", "p/offer": "1"}


def test_rule_13_references_are_joined_when_they_arrive(stores: Stores) -> None:
    """Rule 13: deals of a rep, a team and a pipeline that nobody knows count, and find them once they
    arrive.
    """
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", pipeline="p", stage="offer", amount="100.00", currency="USD"))
    assert store.board("deals_created", "2017", by="team") == {"": "1"}
    assert store.board("weighted_pipeline", "2017-12-31") == {"ann": "0.00 USD"}
    store.send(joined("ann", team="north"), team("north"), pipeline("p", "new", "offer"))
    assert store.board("deals_created", "2017", by="team") == {"north": "1"}
    assert store.board("weighted_pipeline", "2017-12-31") == {"ann": "20.00 USD"}


@pytest.mark.parametrize(
    ("change", "code"),
    [({"type": "deal.levitated"}, "type_unknown"), ({"dataversion": 2}, "version_unsupported")],
)
def test_rule_13_what_is_not_understood_waits_among_the_dead_letters(stores: Stores, change: Wire, code: str) -> None:
    """Rule 13: an unknown type or version is a dead letter of class waiting; the same one again is a
    duplicate.
    """
    store = stores()
    wire = won("1", "2017-01-01") | change
    outcomes = store.send(wire, wire | {"id": "other"}, batch=1)
    assert [(outcome.kind, outcome.reason) for outcome in outcomes] == [("dead_letter", code)] * 2
    assert [outcome.kind for outcome in store.send(wire)] == ["duplicate"]
    rows = store.home.connection.execute("SELECT class, reason, status FROM dead_letters").fetchall()
    assert rows == [("waiting", code, "open")] * 2


@pytest.mark.parametrize("batch", [1, 2])
def test_rule_13_a_waiting_event_waits_once_in_one_batch_too(stores: Stores, batch: int) -> None:
    """Rule 13: delivered twice, in one transaction or in two, an event that is not understood is one
    dead letter.
    """
    store = stores()
    wire = won("1", "2017-01-01") | {"type": "deal.levitated"}
    outcomes = store.send(wire, wire, batch=batch)
    assert [(outcome.kind, outcome.dead_letter) for outcome in outcomes] == [
        ("dead_letter", 1),
        ("duplicate", 1),
    ]
    assert store.count("dead_letters") == 1


def test_rule_14_every_class_of_rows_is_written_in_sorted_order(stores: Stores) -> None:
    """Rule 14: whatever order deals arrive in, roots get their numbers and rows once, and numbers come
    out alike.
    """
    names = ("9", "1", "5")
    forward, backward = stores(), stores()
    forward.send(order(name, "2017-01-01", account=name) for name in names)
    backward.send(order(name, "2017-01-01", account=name) for name in reversed(names))
    assert forward.dump() == backward.dump()
    numbers = forward.home.connection.execute("SELECT no FROM roots ORDER BY no").fetchall()
    assert numbers == [(place + 1,) for place in range(len(numbers))]


def test_rule_15_won_and_lost_are_never_inferred_from_a_stage(stores: Stores) -> None:
    """Rule 15: moving a deal into a stage of kind won leaves it open until deal.won says so."""
    store = stores()
    store.send(pipeline("p", "new"), deal("1", "2017-01-01", owner="ann", pipeline="p", stage="new"))
    store.send(stage("1", "2017-01-02", "won"))
    state = store.state("deal/1")
    assert isinstance(state, Deal)
    assert state.status == "open"
    assert store.board("deals_won", "2017") == {}
    store.send(won("1", "2017-01-03"))
    assert store.board("deals_won", "2017-01-03") == {"ann": "1"}
    store.send(stage("1", "2017-01-04", "new"))
    assert store.board("deals_won", "2017-01-03") == {"ann": "1"}
