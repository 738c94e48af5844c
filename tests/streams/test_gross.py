"""No sum of amounts leaves 64 bits: what would make one too large is a dead letter before it is applied."""

import pytest

from streams.history.verify import rebuild
from streams.ledger.deadletters import listed
from streams.projection.gross import GROSS_MAX
from tests.builders import Store, Wire, as_of, deal, event, order
from tests.homes import Stores

LARGEST = "999999999999999.99"
ALL = "SELECT n, count_bp, amount FROM {}"


def wins(count: int, day: str = "2017-03-01") -> list[list[Wire]]:
    """Return wins of the largest amount on one day."""
    return [order(str(number), day, amount=LARGEST) for number in range(count)]


def receipts(count: int, kind: str = "receipt.received") -> list[Wire]:
    """Return as many payments of the largest amount on one invoice."""
    names = [f"r{number}" for number in range(count)]
    return [event(kind, "invoice/1", "2017-03-02", receipt=name, amount=LARGEST) for name in names]


def plan() -> Wire:
    """Return the plan of the invoice."""
    return event("invoice.planned", "invoice/1", "2017-03-03", deal="1", account="a", currency="USD", lines=[])


def check_whole(store: Store) -> None:
    """Hold that every amount is a whole number and that a replay gives the same."""
    for table in ("journal", "cells"):
        rows = store.home.connection.execute(ALL.format(table)).fetchall()
        assert {type(number) for row in rows for number in row} == {int}
    assert store.differing() == []


@pytest.mark.parametrize("batch", [1, 7, 1_000])
def test_amounts_that_no_cell_can_hold_are_dead_letters(stores: Stores, batch: int) -> None:
    """Two hundred deals of the largest amount, in any batches: those that fit are summed exactly, the rest wait."""
    store = stores()
    outcomes = store.send(wins(200), batch=batch)
    refused = [outcome for outcome in outcomes if outcome.kind == "dead_letter"]
    assert {outcome.reason for outcome in refused} == {"amount_range"}
    pairs = zip(outcomes[::2], outcomes[1::2], strict=True)
    won = sum(created.kind == closed.kind == "applied" for created, closed in pairs)
    assert won > 20
    exact = (10**17 - 1) * won
    assert exact < GROSS_MAX
    assert store.board("won_amount", "2017-03")["ann"] == f"{exact // 100}.{exact % 100:02} USD"
    check_whole(store)


def test_the_bound_holds_over_days_and_months(stores: Stores) -> None:
    """Cells that fit each for themselves add up over a year, in any zone, as of any moment and as a stock."""
    store = stores()
    months = [f"2017-{month:02}-01" for month in range(1, 13)]
    wires = [order(str(number), months[number % 12], amount=LARGEST) for number in range(120)]
    store.send(wires, [deal(f"o{number}", "2017-01-01", owner="ann") for number in range(120)])
    priced = {"amount": LARGEST, "currency": "USD"}
    store.send([event("deal.updated", f"deal/o{number}", "2017-02-01", **priced) for number in range(120)])
    for metric in ("won_amount", "open_pipeline", "won_amount_booked", "lost_amount"):
        now = store.board(metric, "2017")
        assert store.board(metric, "2017", zone="Etc/UCT") == now
        assert store.board(metric, "2017", as_of("2018-01-02T00:00:00Z")) == now
    check_whole(store)


def test_amounts_that_go_to_and_fro_are_bounded(stores: Stores) -> None:
    """An amount that is taken back and given again for ever never makes the sum of a part of the moves too large."""
    store = stores()
    store.send(order("1", "2017-03-01T10:00:00Z"))
    amounts = ["0", LARGEST] * 60
    changes = [
        event("deal.updated", "deal/1", f"2017-03-{2 + n // 24:02}T{n % 24:02}:00:00Z", amount=amount)
        for n, amount in enumerate(amounts)
    ]
    store.send(changes)
    assert store.count("dead_letters") > 0
    check_whole(store)


def test_an_invoice_of_unknown_currency_is_bounded_when_it_gets_one(stores: Stores) -> None:
    """Refunds count once the plan names their currency: where they are too much, the plan is the dead letter."""
    store = stores()
    store.send(receipts(60), receipts(60, "receipt.refunded"))
    (outcome,) = store.send(plan())
    assert (outcome.kind, outcome.reason) == ("dead_letter", "amount_range")
    after, _ = store.send(order("1", "2017-03-04"))
    assert after.kind == "applied"
    check_whole(store)


def test_a_dead_letter_of_large_amounts_says_what_to_do(stores: Stores) -> None:
    """Whoever looks at the dead letter reads which amounts are meant and what to do."""
    store = stores()
    store.send(wins(60))
    (first, *_) = listed(store.home.connection)
    assert (first.kind, first.reason, first.type) == ("failed", "amount_range", "deal.created")
    assert "USD" in first.detail
    assert "discard" in first.detail


def test_the_bound_outlives_restart_and_replay(stores: Stores) -> None:
    """What was moved is known after a restart, after a replay for good and after a change of the zone."""
    store = stores()
    store.send(wins(60))
    store.restart()
    rebuild(store.home.connection)
    store.restart()
    store.send(event("company.configured", "company/main", "2000-01-01", zone="Asia/Shanghai"))
    (outcome,) = store.send(deal("last", "2017-03-09", owner="ann", amount=LARGEST, currency="USD"))
    assert (outcome.kind, outcome.reason) == ("dead_letter", "amount_range")
    check_whole(store)
