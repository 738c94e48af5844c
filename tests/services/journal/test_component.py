"""The fold of roots that were merged: one order over all their events."""

import pytest

from services.accounts.account import Account
from services.deals.deal import Deal
from services.journal.component import fold
from services.journal.order import order_key
from tests.builders import accepted, deal, event, order, won


def test_events_are_folded_in_their_order_and_not_as_they_come() -> None:
    """Rule 2: the fold sorts by time, rank, sequence, source and id."""
    events = [accepted(wire) for wire in reversed(order("1", "2017-01-01"))]
    found = fold(events)["deal/1"]
    assert isinstance(found.root.state, Deal)
    assert found.root.state.status == "won"
    assert found.root.last == max(order_key(one) for one in events)


def test_a_merged_deal_has_no_entries_and_the_other_its_own() -> None:
    """Rule 11: the entries of the merged deal are empty."""
    wires = [*order("1", "2017-01-01"), *order("2", "2017-01-02", amount="7.00")]
    found = fold(accepted(wire) for wire in [*wires, event("deal.merged", "deal/1", "2017-02-01", into="2")])
    assert not found["deal/1"].entries
    assert {entry.amount for entry in found["deal/2"].entries if entry.measure == "won"} == {700}


def test_a_chain_of_merges_leads_to_the_last_one() -> None:
    """Rule 11: an event of the first of three merged deals goes to the third."""
    merges = [event("deal.merged", f"deal/{n}", f"2017-02-0{n}", into=str(n + 1)) for n in (1, 2)]
    wires = [deal("1", "2017-01-01"), deal("2", "2017-01-01"), deal("3", "2017-01-01", owner="ann"), *merges]
    found = fold(accepted(wire) for wire in [*wires, won("1", "2017-03-01")])
    state = found["deal/3"].root.state
    assert isinstance(state, Deal)
    assert (state.status, state.absorbed) == ("won", ("2",))


@pytest.mark.parametrize("into", ["1", "2"])
def test_a_circle_is_noted_on_the_root_that_stays(into: str) -> None:
    """Rule 11: a second merge the other way round, or of a root already merged, is an anomaly."""
    first = event("account.merged", "account/1", "2017-02-01", into="2")
    second = event("account.merged", "account/2", "2017-02-02", into=into)
    if into == "2":
        second = event("account.merged", "account/1", "2017-02-02", into="3")
    found = fold(accepted(wire) for wire in (first, second))
    states = [one.root.state for one in found.values()]
    assert all(isinstance(state, Account) for state in states)
    assert sum("merge_cycle" in getattr(state, "anomalies", ()) for state in states) == 1


def test_a_deleted_deal_counts_for_nothing_and_keeps_its_state() -> None:
    """Rule 12: hidden roots go on without entries."""
    found = fold(accepted(wire) for wire in [*order("1", "2017-01-01"), event("deal.deleted", "deal/1", "2017-02-01")])
    assert not found["deal/1"].entries
    state = found["deal/1"].root.state
    assert isinstance(state, Deal)
    assert (state.status, state.hidden) == ("won", True)
