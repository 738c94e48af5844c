"""Rules 10 and 11 of the journal: what roots tell their accounts, and merges."""

from itertools import permutations

import pytest

from services.accounts.account import Account
from services.deals.deal import Deal
from tests.builders import Wire, deal, event, order
from tests.homes import Stores


def merged(account: str, into: str, when: str) -> Wire:
    """Return that an account became part of another."""
    return event("account.merged", f"account/{account}", when, into=into)


def test_rule_10_the_first_won_order_makes_a_new_customer(stores: Stores) -> None:
    """Rule 10: an account is a new customer once, on the close date of its first won deal."""
    store = stores()
    store.send(order("1", "2017-03-01", account="a"), order("2", "2017-05-01", account="a"))
    assert store.board("new_customers", "2017-03") == {"ann": "1"}
    assert store.total("new_customers", "2017") == "1"


def test_rule_10_an_older_order_that_arrives_late_takes_the_new_customer_over(stores: Stores) -> None:
    """Rule 10: when a contribution changes, the account is folded again and the flag moves."""
    store = stores()
    store.send(order("1", "2017-03-01", account="a"))
    store.send(order("2", "2017-01-15", account="a", owner="bob"))
    assert store.board("new_customers", "2017-03") == {}
    assert store.board("new_customers", "2017-01") == {"bob": "1"}


def test_rule_10_a_deal_that_changes_its_account_tells_both(stores: Stores) -> None:
    """Rule 10: the old and the new account are folded again when a deal moves between them."""
    store = stores()
    store.send(order("1", "2017-03-01", account="a"), order("2", "2017-05-01", account="a"))
    store.send(event("deal.updated", "deal/1", "2017-06-01", account="b"))
    assert store.board("new_customers", "2017-03") == {"ann": "1"}
    assert store.board("new_customers", "2017-05") == {"ann": "1"}


def test_rule_10_an_undone_win_is_no_order(stores: Stores) -> None:
    """Rule 10: a reopened first deal hands the new customer to the next one."""
    store = stores()
    store.send(order("1", "2017-03-01", account="a"), order("2", "2017-05-01", account="a"))
    store.send(event("deal.reopened", "deal/1", "2017-06-01"))
    assert store.board("new_customers", "2017") == store.board("new_customers", "2017-05") == {"ann": "1"}


def test_rule_10_merged_accounts_are_one_customer(stores: Stores) -> None:
    """Rule 10: the orders of all aliases together make one new customer and a repurchase."""
    store = stores(now="2019-01-01T00:00:00Z")
    store.send(order("1", "2017-03-01", account="a"), order("2", "2017-05-01", account="b"))
    assert store.total("new_customers", "2017") == "2"
    assert store.total("repurchase_rate", "2017") == "0"
    store.send(merged("a", "b", "2017-12-01"))
    assert store.total("new_customers", "2017") == "1"
    assert store.board("new_customers", "2017-03") == {"ann": "1"}
    assert store.total("repurchase_rate", "2017") == "1"


def test_rule_10_orders_of_an_alias_that_come_later_count_for_the_whole(stores: Stores) -> None:
    """Rule 10: a deal told to an account that was merged away is the order of the account that took it in."""
    store = stores()
    store.send(merged("a", "b", "2017-01-01"), order("1", "2017-03-01", account="b"))
    store.send(order("2", "2017-05-01", account="a"), order("3", "2017-02-01", account="a", owner="bob"))
    assert store.board("new_customers", "2017") == {"bob": "1"}


def test_rule_10_a_chain_of_merges_is_one_account_whatever_the_order(stores: Stores) -> None:
    """Rule 10: a into b and b into c make one customer of three accounts, in every order of arrival."""
    steps: list[list[Wire]] = [
        order("1", "2017-03-01", account="a"),
        order("2", "2017-04-01", account="b"),
        order("3", "2017-05-01", account="c"),
        [merged("a", "b", "2017-06-01")],
        [merged("b", "c", "2017-06-02")],
    ]
    wanted = None
    for place, arrival in enumerate(permutations(steps)):
        if place % 7:
            continue
        with stores.one() as store:
            store.send(*arrival)
            assert store.board("new_customers", "2017") == {"ann": "1"}
            wanted = wanted or store.dump()
            assert store.dump() == wanted


def test_rule_11_a_merge_that_would_close_a_circle_is_an_anomaly(stores: Stores) -> None:
    """Rule 11: of a into b and b into a the earlier one holds, the later one is an anomaly and no dead
    letter.
    """
    store = stores()
    outcomes = store.send(merged("b", "a", "2017-02-02"), merged("a", "b", "2017-02-01"))
    assert [outcome.kind for outcome in outcomes] == ["applied", "applied"]
    first, second = store.state("account/a"), store.state("account/b")
    assert isinstance(first, Account)
    assert isinstance(second, Account)
    assert (first.merged_into, second.merged_into) == ("b", "")
    assert "merge_cycle" in (*first.anomalies, *second.anomalies)
    assert store.count("dead_letters") == 0


@pytest.mark.parametrize("kind", ["deal", "account"])
def test_rule_11_merge_circles_do_not_depend_on_arrival(stores: Stores, kind: str) -> None:
    """Rule 11: alias edges are folded in event order: every order of arrival of a circle gives one state."""
    edges = (("1", "2"), ("2", "3"), ("3", "1"), ("3", "4"))
    events = [
        event(f"{kind}.merged", f"{kind}/{root}", f"2017-02-0{day}", into=into)
        for day, (root, into) in enumerate(edges, start=1)
    ]
    roots = [order(name, f"2017-01-0{name}", account=name) for name in "1234"]
    wanted = None
    for arrival in permutations(events):
        with stores.one() as store:
            store.send(roots, arrival)
            wanted = wanted or store.dump()
            assert store.dump() == wanted


def test_rule_11_a_rejected_merge_counts_once_the_one_before_it_falls(stores: Stores) -> None:
    """Rule 11: an older merge that arrives last makes one a circle, so that a third root takes the
    alias in.
    """
    events = [
        event("deal.merged", "deal/1", "2017-02-02", into="2"),
        event("deal.merged", "deal/1", "2017-02-03", into="3"),
        event("deal.merged", "deal/2", "2017-02-01", into="1"),
    ]
    roots = [order(name, f"2017-01-0{name}", account=name) for name in "123"]
    wanted = None
    for arrival in permutations(events):
        with stores.one() as store:
            store.send(roots, arrival)
            wanted = wanted or store.dump()
            assert store.dump() == wanted
            state = store.state("deal/3")
    assert isinstance(state, Deal)
    assert (state.owner, state.status) == ("ann", "won")


def test_rule_11_a_merged_deal_posts_nothing_and_the_other_keeps_its_own_amount(stores: Stores) -> None:
    """Rule 11: after a merge only the deal that stays counts, with its own amount."""
    store = stores()
    store.send(order("1", "2017-03-01", amount="10.00"), order("2", "2017-03-02", amount="70.00"))
    store.send(event("deal.merged", "deal/1", "2017-04-01", into="2"))
    assert store.board("won_amount", "2017") == {"ann": "70.00 USD"}
    assert store.board("deals_won", "2017") == {"ann": "1"}
    assert store.board("deals_created", "2017") == {"ann": "1"}


def test_rule_11_later_events_of_a_merged_deal_go_to_the_other(stores: Stores) -> None:
    """Rule 11: a change that names the merged deal after the merge changes the deal that stays."""
    store = stores()
    store.send(order("1", "2017-03-01"), order("2", "2017-03-02", amount="70.00"))
    store.send(event("deal.merged", "deal/1", "2017-04-01", into="2"))
    store.send(event("deal.updated", "deal/1", "2017-05-01", amount="75.00"))
    store.send(event("deal.updated", "deal/1", "2017-03-15", amount="1.00"))
    assert store.board("won_amount", "2017") == {"ann": "75.00 USD"}


def test_rule_11_a_deal_merged_into_an_unknown_one_leaves_a_place_for_it(stores: Stores) -> None:
    """Rule 11: the deal that takes another in may become known later."""
    store = stores()
    store.send(order("1", "2017-03-01"), event("deal.merged", "deal/1", "2017-04-01", into="2"))
    assert store.board("won_amount", "2017") == {}
    store.send(order("2", "2017-02-01", amount="70.00"))
    assert store.board("won_amount", "2017") == {"ann": "70.00 USD"}


def test_rule_11_a_deal_that_is_created_after_others_were_merged_into_it_counts_once(stores: Stores) -> None:
    """Rule 11: a deal first named by a merge enters the open pipeline with its own first event, and only
    then.
    """
    store = stores()
    store.send(order("1", "2017-03-01"), event("deal.merged", "deal/1", "2017-04-01", into="2"))
    assert store.asked("open_pipeline", "2017-12-31").total.sample == 0
    assert store.board("record_completeness", "2017") == {}
    store.send(deal("2", "2017-05-01", owner="bob", amount="70.00", currency="USD"))
    assert store.asked("open_pipeline", "2017-12-31").total.sample == 1
    assert store.board("open_pipeline", "2017-12-31") == {"bob": "70.00 USD"}


def test_rule_10_a_rule_that_fails_leaves_every_root_as_it_was(stores: Stores) -> None:
    """Rule 10: if any root fails the whole event is a dead letter, and the events around it are applied."""
    store = stores()
    store.send(order("1", "2017-03-01", account="a"))
    store.home.connection.execute("UPDATE contributions SET body = ?", (b"\xc1",))
    store.restart()
    before = store.dump()
    outcomes = store.send(order("2", "2017-05-01", account="a")[1], order("3", "2017-05-02"))
    assert [outcome.kind for outcome in outcomes] == ["applied", "applied", "applied"]
    assert before.told == store.dump().told
    (outcome,) = store.send(event("deal.updated", "deal/2", "2017-04-01", account="a"))
    assert (outcome.kind, outcome.reason) == ("dead_letter", "rule_failed")
    assert store.board("won_amount", "2017") == {"ann": "20.00 USD", "": "0.00 USD"}
