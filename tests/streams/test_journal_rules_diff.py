"""Rules 3 and 4 of the journal: the diff after each event, and the two axes of the past."""

import pytest

from services.errors import BeforeTheJournal
from tests.builders import (
    Wire,
    as_of,
    configured,
    deal,
    event,
    happened_by,
    joined,
    lost,
    order,
    pipeline,
    rate,
    stage,
    won,
)
from tests.homes import Stores

HISTORY: list[Wire] = [
    joined("ann", team="north"),
    pipeline("p", "new", "offer"),
    rate("EUR", "2017-01-01", "1.10"),
    deal("1", "2017-01-02", owner="ann", stage="new", pipeline="p", amount="5.00", currency="EUR", account="a"),
    won("1", "2017-03-01"),
    stage("1", "2017-02-01", "offer"),
    event("deal.updated", "deal/1", "2017-03-05", amount="7.00"),
    event("deal.reopened", "deal/1", "2017-04-01"),
    lost("1", "2017-05-01", reason="price"),
    event("deal.deleted", "deal/1", "2017-06-01"),
    event("deal.restored", "deal/1", "2017-07-01"),
    *order("2", "2017-02-01", account="b", owner="bob"),
    event("account.merged", "account/a", "2017-03-01", into="b"),
    event("activity.logged", "activity/1", "2017-03-02", kind="call", by="ann", deal="1", account="a"),
    event("invoice.planned", "invoice/1", "2017-03-02", deal="2", currency="USD", lines=[]),
    event("receipt.received", "invoice/1", "2017-03-03", receipt="r", amount="3.00"),
    event("deal.merged", "deal/2", "2017-08-01", into="1"),
]


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 7])
def test_rule_3_the_batch_size_never_shows_in_the_journal(stores: Stores, batch: int) -> None:
    """Rule 3: any batch size gives the identical journal, positions, moments and lines that cancel
    included.
    """
    whole, cut = stores(), stores()
    whole.send(HISTORY)
    cut.send(HISTORY, batch=batch)
    assert cut.journal() == whole.journal()
    assert cut.dump() == whole.dump()


def test_rule_3_a_win_and_its_undoing_in_one_batch_leave_their_lines(stores: Stores) -> None:
    """Rule 3: two events that cancel each other in one batch are both in the journal, not their net."""
    store = stores()
    store.send(order("1", "2017-03-01"), event("deal.reopened", "deal/1", "2017-03-02"))
    sql = "SELECT position, n, amount FROM journal WHERE measure = 'won' ORDER BY position"
    assert store.home.connection.execute(sql).fetchall() == [(2, 1, 1000), (3, -1, -1000)]


def test_rule_4_as_of_reads_what_was_known_happened_by_what_had_happened(stores: Stores) -> None:
    """Rule 4: a win of March that Paceline heard of in June is missing as of May but had happened by May."""
    store = stores()
    store.send(order("1", "2017-03-01"), at="2017-04-01T00:00:00Z")
    store.send(order("2", "2017-03-02"), at="2017-06-01T00:00:00Z")
    assert store.board("won_amount", "2017") == {"ann": "20.00 USD"}
    assert store.board("won_amount", "2017", as_of("2017-05-01T00:00:00Z")) == {"ann": "10.00 USD"}
    assert store.board("won_amount", "2017", happened_by("2017-05-01T00:00:00Z")) == {"ann": "20.00 USD"}
    assert store.board("won_amount", "2017", happened_by("2017-03-01T12:00:00Z")) == {"ann": "10.00 USD"}


def test_rule_4_happened_by_forgets_a_reopening_that_came_later(stores: Stores) -> None:
    """Rule 4: the fold of only those events whose time is not after T still has the win that was undone."""
    store = stores()
    store.send(order("1", "2017-03-01"), event("deal.reopened", "deal/1", "2017-05-01"))
    assert store.board("won_amount", "2017") == {}
    assert store.board("won_amount", "2017", happened_by("2017-04-01T00:00:00Z")) == {"ann": "10.00 USD"}


def test_rule_4_a_moment_itself_belongs_to_both_pasts(stores: Stores) -> None:
    """Rule 4: applied by T and time not after T both include T itself, and leave out the microsecond
    before.
    """
    store = stores()
    moment, before = "2017-03-01T10:00:00Z", "2017-03-01T09:59:59.999999Z"
    store.send(deal("0", "2017-01-01"), at="2017-02-01T00:00:00Z")
    store.send(deal("1", moment, owner="ann"), at=moment)
    assert store.board("deals_created", "2017-03", as_of(moment)) == {"ann": "1"}
    assert store.board("deals_created", "2017-03", as_of(before)) == {}
    assert store.board("deals_created", "2017-03", happened_by(moment)) == {"ann": "1"}
    assert store.board("deals_created", "2017-03", happened_by(before)) == {}


def test_rule_4_before_the_first_row_as_of_points_to_the_other_axis(stores: Stores) -> None:
    """Rule 4: a moment at which nothing was known is told, together with the way to ask instead."""
    store = stores()
    store.send(order("1", "2017-03-01"), at="2017-06-01T00:00:00Z")
    with pytest.raises(BeforeTheJournal, match="happened-by"):
        store.board("won_amount", "2017", as_of("2017-05-01T00:00:00Z"))


def test_rule_4_as_of_knows_open_deals_and_the_organisation_of_then(stores: Stores) -> None:
    """Rule 4: stocks, states and teams of an as-of answer are those known at that moment."""
    store = stores()
    store.send(
        joined("ann", team="north"),
        deal("1", "2017-02-01", owner="ann", amount="10.00", currency="USD"),
        at="2017-03-01T00:00:00Z",
    )
    store.send(
        event("rep.team_changed", "rep/ann", "2017-01-01", team="south"),
        won("1", "2017-02-10"),
        at="2017-04-01T00:00:00Z",
    )
    then = as_of("2017-03-15T00:00:00Z")
    assert store.board("open_pipeline", "2017-03-01", then, by="team") == {"north": "10.00 USD"}
    assert store.board("open_pipeline", "2017-03-01") == {"ann": "0.00 USD"}
    assert store.board("record_completeness", "2017-03-01", then) == {"ann": "0.2"}
    assert store.board("record_completeness", "2017-03-01") == {"ann": None}


def test_rule_4_as_of_has_no_row_for_a_stock_that_came_and_went(stores: Stores) -> None:
    """Rule 4: a rep whose only deal was closed has no row on the pipeline of today, and none as of then."""
    store = stores()
    store.send(order("1", "2017-02-01"), at="2017-03-01T00:00:00Z")
    store.send(event("deal.noted", "deal/1", "2017-05-01", text="nothing"), at="2017-05-01T00:00:00Z")
    assert store.board("open_pipeline", "2017") == {}
    assert store.board("open_pipeline", "2017", as_of("2017-04-01T00:00:00Z")) == {}
    assert store.board("open_pipeline", "2017", zone="Asia/Shanghai") == {}


def test_rule_4_as_of_has_no_row_for_what_came_and_went_within_the_period(stores: Stores) -> None:
    """Rule 4: a win that was undone leaves no row, read from months, from loose days or from the journal."""
    store = stores()
    store.send(order("1", "2017-02-10"), event("deal.reopened", "deal/1", "2017-03-10"), at="2017-04-01T00:00:00Z")
    store.send(event("deal.noted", "deal/1", "2017-05-01", text="nothing"), at="2017-05-01T00:00:00Z")
    for period in ("2017", "2017-02-05..2017-03-31", "2017-02-05..2017-03-12"):
        assert store.board("won_amount_booked", period) == {}
        assert store.board("won_amount_booked", period, as_of("2017-04-15T00:00:00Z")) == {}
        assert store.board("won_amount_booked", period, zone="Asia/Shanghai") == {}


def test_rule_4_dates_of_happened_by_end_with_the_companys_day(stores: Stores) -> None:
    """Rule 4: at 20:00 UTC on the last of March it is April in Shanghai, and what is dated April has
    happened.
    """
    store = stores()
    store.send(configured(zone="Asia/Shanghai"), order("1", "2017-04-01"))
    assert store.total("won_amount", "2017", happened_by("2017-03-31T20:00:00Z")) == "10.00 USD"
    assert store.total("won_amount", "2017", happened_by("2017-03-31T15:00:00Z")) == "0.00 USD"
