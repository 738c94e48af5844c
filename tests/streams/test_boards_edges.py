"""The edge cases of deals on boards: reopening, owners, amounts, splits, refunds, merges, deletes,
histories.
"""

import pytest

from services.boards.board import share_of_best
from tests.builders import Wire, deal, event, joined, lost, order, pipeline, rate, stage, team, won
from tests.homes import Stores


def test_edge_deal_reopened_reverses_the_credit_on_its_own_day(stores: Stores) -> None:
    """Deal reopened: the win is taken back where it stood, and a reopen count stands beside."""
    store = stores()
    store.send(order("1", "2017-03-01"), event("deal.reopened", "deal/1", "2017-04-01"))
    assert store.board("deals_won", "2017") == {}
    assert store.board("deals_reopened", "2017-04") == {"ann": "1"}
    assert store.board("won_amount_booked", "2017-03") == {"ann": "10.00 USD"}
    assert store.board("won_amount_booked", "2017-04") == {"ann": "-10.00 USD"}
    assert store.total("open_pipeline", "2017-12-31") == "10.00 USD"


def test_edge_deal_reopened_counts_its_latest_outcome_once(stores: Stores) -> None:
    """Deal reopened: lost, reopened and won is one win and no loss, with one reopening beside."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann"), lost("1", "2017-02-01"))
    store.send(event("deal.reopened", "deal/1", "2017-03-01"), won("1", "2017-04-01"))
    assert store.total("win_rate", "2017") == "1"
    assert store.asked("win_rate", "2017").total.sample == 1
    assert store.total("deals_lost", "2017") == "0"
    assert store.total("deals_reopened", "2017") == "1"


def test_edge_a_reopened_deal_that_is_won_again_uses_its_new_close_date(stores: Stores) -> None:
    """Deal reopened: the close date is cleared, so that an old typed date does not come back."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann"), won("1", "2017-02-10", closed_on="2017-02-01"))
    store.send(event("deal.reopened", "deal/1", "2017-03-01"), won("1", "2017-04-01"))
    assert store.board("deals_won", "2017-02") == {}
    assert store.board("deals_won", "2017-04-01") == {"ann": "1"}


def test_edge_a_loss_that_is_corrected_keeps_the_last_open_amount(stores: Stores) -> None:
    """Win rate by value: a second deal.lost mends the reason; the amount written since does not count."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", amount="30.00", currency="USD"), lost("1", "2017-02-01"))
    store.send(
        event("deal.updated", "deal/1", "2017-02-02", amount="0.00"),
        lost("1", "2017-02-03", reason="no/budget"),
    )
    assert store.board("lost_amount", "2017") == {"ann": "30.00 USD"}
    rows = store.home.connection.execute("SELECT dims FROM journal WHERE measure = 'lost' AND n > 0").fetchall()
    assert rows[-1] == ("/no|budget/",)


def test_edge_average_deal_of_several_currencies_is_the_converted_sum_by_deals(stores: Stores) -> None:
    """Average deal: 100 EUR at 1.10, 100 EUR at 1.20 and 10 USD are 240 USD in three deals, 80 each."""
    store = stores()
    store.send(rate("EUR", "2017-01-01", "1.10"), rate("EUR", "2017-02-01", "1.20"), order("3", "2017-01-02"))
    for name, day in (("1", "2017-01-10"), ("2", "2017-02-10")):
        store.send(deal(name, "2017-01-01", owner="ann", amount="100.00", currency="EUR"), won(name, day))
    (place,) = store.asked("average_deal", "2017").places
    assert store.total("average_deal", "2017") == "80.00 USD"
    assert {own.currency: str(own.amount) for own in place.value.moneys} == {"EUR": "100.00", "USD": "10.00"}


def test_edge_owner_change_credits_the_owner_at_the_event(stores: Stores) -> None:
    """Owner change: creation, win and pipeline each count for whoever owned the deal then."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", amount="10.00", currency="USD"))
    store.send(event("deal.owner_changed", "deal/1", "2017-02-01", owner="bob"), won("1", "2017-03-01"))
    store.send(event("deal.owner_changed", "deal/1", "2017-04-01", owner="eve"))
    assert store.board("deals_created", "2017") == {"ann": "1"}
    assert store.board("won_amount", "2017") == {"bob": "10.00 USD"}
    assert store.board("open_pipeline", "2017-01-31") == {"ann": "10.00 USD"}
    assert store.board("open_pipeline", "2017-02-01") == {"bob": "10.00 USD"}


def test_edge_owner_change_that_arrives_late_moves_the_credit(stores: Stores) -> None:
    """Owner change: a change dated before the win moves the win, one dated after it does not."""
    store = stores()
    store.send(order("1", "2017-03-01"), event("deal.owner_changed", "deal/1", "2017-03-02", owner="eve"))
    assert store.board("deals_won", "2017") == {"ann": "1"}
    store.send(deal("2", "2017-01-01", owner="ann"), won("2", "2017-03-01"))
    store.send(event("deal.owner_changed", "deal/2", "2017-02-01", owner="bob"))
    assert store.board("deals_won", "2017") == {"ann": "1", "bob": "1"}


def test_edge_amount_changed_after_close_has_both_views(stores: Stores) -> None:
    """Amount changed after close: the original date for restatement, the date of the change for what
    was booked.
    """
    store = stores()
    store.send(order("1", "2017-03-01", amount="100.00"))
    store.send(event("deal.updated", "deal/1", "2017-04-05", amount="150.00"))
    assert store.board("won_amount", "2017-03") == {"ann": "150.00 USD"}
    assert store.board("won_amount_booked", "2017-03") == {"ann": "100.00 USD"}
    assert store.board("won_amount_booked", "2017-04") == {"ann": "50.00 USD"}
    assert store.total("won_amount", "2017") == store.total("won_amount_booked", "2017") == "150.00 USD"


@pytest.mark.parametrize("amount", ["100.00", "0.01", "0.05", "99.99"])
def test_edge_split_credit_sums_to_the_whole_to_the_last_cent(stores: Stores, amount: str) -> None:
    """Split credit: thirds by the largest remainder sum to the amount exactly."""
    store = stores()
    shares = [
        {"rep": "ann", "share_bp": 3334},
        {"rep": "bob", "share_bp": 3333},
        {"rep": "eve", "share_bp": 3333},
    ]
    store.send(deal("1", "2017-01-01", owner="ann", amount=amount, currency="USD"))
    store.send(event("deal.split_changed", "deal/1", "2017-01-02", revenue=shares), won("1", "2017-01-03"))
    assert store.total("won_amount", "2017") == f"{amount} USD"
    assert store.total("deals_won", "2017") == "1"


def test_edge_overlay_is_never_added_to_company_totals(stores: Stores) -> None:
    """Split credit: an overlay share stands beside the revenue and changes no total."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", amount="10.00", currency="USD"))
    overlay = [{"rep": "bob", "share_bp": 10_000}]
    store.send(
        event("deal.split_changed", "deal/1", "2017-01-02", revenue=[], overlay=overlay),
        won("1", "2017-01-03"),
    )
    assert store.board("won_amount", "2017") == {"ann": "10.00 USD"}
    assert store.total("deals_won", "2017") == "1"
    rows = store.home.connection.execute("SELECT rep, amount FROM journal WHERE measure = 'overlay'").fetchall()
    assert rows == [("bob", 1000)]


def test_edge_split_changed_after_the_win_leaves_the_credit(stores: Stores) -> None:
    """Split credit: the split at close counts, not a later one."""
    store = stores()
    store.send(order("1", "2017-03-01"))
    store.send(event("deal.split_changed", "deal/1", "2017-04-01", revenue=[{"rep": "bob", "share_bp": 10_000}]))
    assert store.board("won_amount", "2017") == {"ann": "10.00 USD"}


def invoice(kind: str, when: str, **fields: object) -> Wire:
    """Return an event of invoice 1."""
    return event(kind, "invoice/1", when, **fields)


def planned(*lines: tuple[str, str], currency: str = "USD") -> Wire:
    """Return the plan of invoice 1 for deal 1 with (due, amount) lines."""
    said = [{"due": due, "amount": amount} for due, amount in lines]
    return invoice("invoice.planned", "2017-01-02", deal="1", account="a", currency=currency, lines=said)


def test_edge_refund_recomputes_new_customer_flags(stores: Stores) -> None:
    """Refund: a first order that was given back in full hands the new customer to the second one."""
    store = stores()
    store.send(order("1", "2017-01-01", account="a"), order("2", "2017-06-01", account="a"))
    store.send(
        planned(("2017-01-31", "10.00")),
        invoice("receipt.received", "2017-01-10", receipt="r", amount="10.00"),
    )
    assert store.board("new_customers", "2017-01") == {"ann": "1"}
    store.send(invoice("receipt.refunded", "2017-03-01", receipt="r", amount="10.00"))
    assert store.board("new_customers", "2017-01") == {}
    assert store.board("new_customers", "2017-06") == {"ann": "1"}


def test_edge_partial_payment_fills_lines_in_the_order_of_their_due_days(stores: Stores) -> None:
    """Partial payment: money without a line goes to the earliest line first, what is too much is
    unallocated.
    """
    store = stores()
    store.send(order("1", "2017-01-01"), planned(("2017-03-31", "50.00"), ("2017-01-31", "50.00")))
    store.send(invoice("receipt.received", "2017-01-15", receipt="r", amount="70.00"))
    assert store.board("collection_rate", "2017-01") == {"ann": "1"}
    assert store.board("collection_rate", "2017-03") == {"ann": "0.4"}
    store.send(invoice("receipt.received", "2017-01-16", receipt="s", amount="70.00"))
    assert store.board("collection_rate", "2017") == {"ann": "1"}
    assert store.board("received_amount", "2017-01") == {"ann": "140.00 USD"}


def test_edge_wrong_match_is_mended_by_two_entries(stores: Stores) -> None:
    """Wrong match: a reallocated receipt leaves one line and fills the other, and nothing is received
    twice.
    """
    store = stores()
    store.send(order("1", "2017-01-01"), planned(("2017-01-31", "50.00"), ("2017-02-28", "50.00")))
    store.send(invoice("receipt.received", "2017-01-15", receipt="r", amount="50.00", line=0))
    store.send(invoice("receipt.reallocated", "2017-02-01", receipt="r", line=1))
    assert store.board("collection_rate", "2017-01") == {"ann": "0"}
    assert store.board("collection_rate", "2017-02") == {"ann": "1"}
    assert store.total("received_amount", "2017") == "50.00 USD"


def test_edge_received_money_belongs_to_the_owner_of_its_day(stores: Stores) -> None:
    """Owner change: a receipt counts for who owned the deal on the day that the money came in."""
    store = stores()
    store.send(order("1", "2017-01-01"), planned(("2017-01-31", "50.00")))
    store.send(invoice("receipt.received", "2017-02-15", receipt="r", amount="20.00"))
    store.send(invoice("receipt.received", "2017-03-15", receipt="s", amount="30.00"))
    store.send(event("deal.owner_changed", "deal/1", "2017-03-01", owner="bob"))
    assert store.board("received_amount", "2017") == {"bob": "30.00 USD", "ann": "20.00 USD"}


def test_edge_currencies_stand_side_by_side_with_one_converted_sum(stores: Stores) -> None:
    """Currency: sums per currency, and one converted at the locked rates of the close dates."""
    store = stores()
    store.send(
        rate("EUR", "2017-01-01", "1.10"),
        rate("EUR", "2017-02-01", "1.20"),
        rate("GBP", "2017-01-01", "1.30"),
    )
    for name, day, currency in (
        ("1", "2017-01-10", "EUR"),
        ("2", "2017-02-10", "EUR"),
        ("3", "2017-02-11", "GBP"),
    ):
        store.send(deal(name, "2017-01-01", owner="ann", amount="100.00", currency=currency), won(name, day))
    store.send(order("4", "2017-01-01", amount="5.00"))
    (place,) = store.asked("won_amount", "2017").places
    assert {own.currency: str(own.amount) for own in place.value.moneys} == {
        "EUR": "200.00",
        "GBP": "100.00",
        "USD": "5.00",
    }
    assert store.total("won_amount", "2017") == "365.00 USD"
    assert place.value.note == ""


def test_edge_open_deals_are_converted_at_the_rate_of_the_day_asked(stores: Stores) -> None:
    """Currency: open deals use the rate of the day asked, closed ones that of their close."""
    store = stores()
    store.send(rate("EUR", "2017-01-01", "1.10"), rate("EUR", "2017-02-01", "1.20"))
    store.send(deal("1", "2017-01-01", owner="ann", amount="100.00", currency="EUR"))
    assert store.total("open_pipeline", "2017-01-31") == "110.00 USD"
    assert store.total("open_pipeline", "2017-02-28") == "120.00 USD"


def test_edge_no_rate_leaves_the_own_currency_and_a_note(stores: Stores) -> None:
    """Bad input row 26: money without a rate is shown in its own currency and not in converted totals."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", amount="100.00", currency="SEK"), won("1", "2017-01-02"))
    assert store.board("won_amount", "2017") == {"ann": "100.00 SEK"}
    store.send(order("2", "2017-01-03", amount="7.00"))
    (place,) = store.asked("won_amount", "2017").places
    assert store.total("won_amount", "2017") == "7.00 USD"
    assert place.value.note == "fx_missing"


def test_edge_average_deal_leaves_out_deals_without_a_rate_on_both_sides(stores: Stores) -> None:
    """Currency: 100 SEK without a rate are neither in the sum nor among the deals that it is divided by."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", amount="100.00", currency="SEK"), won("1", "2017-01-02"))
    store.send(order("2", "2017-01-03", amount="7.00"), order("3", "2017-01-03", amount="9.00"))
    assert store.total("average_deal", "2017") == "8.00 USD"


def test_edge_money_without_a_rate_has_no_bar_beside_other_money(stores: Stores) -> None:
    """Currency: the bar of 100 SEK without a rate is not longer than that of 7 USD; it is empty."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="bob", amount="100.00", currency="SEK"), won("1", "2017-01-02"))
    store.send(order("2", "2017-01-03", amount="7.00"))
    assert share_of_best(store.asked("won_amount", "2017").places) == {"ann": 1.0, "bob": 0.0}


def test_edge_money_without_a_rate_is_not_ranked_against_other_money(stores: Stores) -> None:
    """Currency: 100 SEK without a rate do not stand above 7 USD; where all is in SEK, they are ranked."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="bob", amount="100.00", currency="SEK"), won("1", "2017-01-02"))
    assert [place.rank for place in store.asked("won_amount", "2017").places] == [1]
    store.send(order("2", "2017-01-03", amount="7.00"))
    ranks = [(place.id, place.rank) for place in store.asked("won_amount", "2017").places]
    assert ranks == [("ann", 1), ("bob", None)]


def test_edge_a_rate_is_used_the_other_way_round(stores: Stores) -> None:
    """Currency: one dollar = 0.8 euro converts euros too."""
    store = stores()
    store.send(rate("USD", "2017-01-01", "0.8", to="EUR"))
    store.send(deal("1", "2017-01-01", owner="ann", amount="100.00", currency="EUR"), won("1", "2017-01-02"))
    assert store.total("won_amount", "2017") == "125.00 USD"


def test_edge_deletion_in_the_crm_is_a_reversal_and_the_ledger_stays(stores: Stores) -> None:
    """Deletion in CRM: the credit is taken back by its own lines, none is removed."""
    store = stores()
    store.send(order("1", "2017-03-01"))
    before = store.count("journal")
    store.send(event("deal.deleted", "deal/1", "2017-04-01"))
    assert store.board("won_amount", "2017") == {}
    assert store.count("journal") > before


def test_edge_stage_model_changed_relabels_no_history(stores: Stores) -> None:
    """Stage model changed: entries into a stage that the pipeline no longer has keep its name."""
    store = stores()
    store.send(pipeline("p", "new", "offer"), deal("1", "2017-01-01", owner="ann", pipeline="p", stage="new"))
    store.send(pipeline("p", "lead", "deal", when="2017-02-01"), stage("1", "2017-02-02", "deal"))
    assert store.parts("stage_entries", "2017") == {"p/new": "1", "p/deal": "1"}


def test_edge_backward_stage_keeps_the_raw_path(stores: Stores) -> None:
    """Skipped or backward stage: every entry counts, a second one into the same stage too."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", pipeline="p", stage="new"))
    store.send(stage("1", "2017-01-02", "offer"), stage("1", "2017-01-03", "new"), stage("1", "2017-01-04", "offer"))
    assert store.parts("stage_entries", "2017") == {"p/new": "2", "p/offer": "2"}


def test_edge_imported_history_counts_in_its_periods_and_not_in_response_times(stores: Stores) -> None:
    """Imported history: on the boards of the periods in which it happened, never in response-time metrics."""
    store = stores()
    imported: Wire = {"imported": True}
    store.send(wire | imported for wire in order("1", "2015-03-01"))
    store.send(
        event("lead.created", "lead/1", "2015-03-01T09:00:00Z", imported, rep="ann"),
        event("lead.responded", "lead/1", "2015-03-01T09:10:00Z", imported, human=True),
        event("ticket.opened", "ticket/1", "2015-03-01T09:00:00Z", imported),
        event("ticket.replied", "ticket/1", "2015-03-01T09:10:00Z", imported, public=True, by="ann"),
    )
    assert store.board("won_amount", "2015") == {"ann": "10.00 USD"}
    assert store.total("lead_response_seconds", "2015") is None
    assert store.total("first_reply_seconds", "2015") is None


@pytest.mark.parametrize("kind", ["call", "meeting", "visit", "email", "demo"])
def test_edge_bots_count_for_nobody(stores: Stores, kind: str) -> None:
    """Bot or assistant activity: people metrics count people."""
    store = stores()
    fields = {"kind": kind, "by": "ann", "account": "a", "connected": True, "duration_seconds": 600}
    store.send(event("activity.logged", "activity/1", "2017-01-05", actor_type="bot", **fields))
    store.send(event("activity.logged", "activity/2", "2017-01-06", **fields))
    assert store.total(f"{kind}s", "2017") == "1"
    assert store.total("accounts_touched", "2017-01-05") == "0"
    assert store.total("effective_calls", "2017") == ("1" if kind == "call" else "0")


def test_edge_meetings_that_were_not_held_or_had_no_customer_are_no_visits(stores: Stores) -> None:
    """Visits: held meetings with a customer and check-ins; no-shows and internal meetings are out."""
    store = stores()
    meetings: list[Wire] = [
        {"kind": "meeting", "customer_present": True, "held": True},
        {"kind": "meeting", "customer_present": True, "held": False},
        {"kind": "meeting", "customer_present": False, "held": True},
        {"kind": "visit"},
    ]
    for no, fields in enumerate(meetings):
        store.send(event("activity.logged", f"activity/{no}", "2017-01-05", by="ann", **fields))
    assert store.board("visits", "2017") == {"ann": "2"}
    assert store.board("meetings", "2017") == {"ann": "2"}


def test_edge_a_team_without_members_and_people_without_a_team(stores: Stores) -> None:
    """Visibility: a team without postings has its row, and people without one are the row of no team."""
    store = stores()
    store.send(team("north"), joined("ann"), order("1", "2017-01-05"))
    assert store.board("won_amount", "2017", by="team") == {"north": "0.00 USD", "": "10.00 USD"}
