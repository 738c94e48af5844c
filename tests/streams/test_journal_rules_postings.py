"""Rules 5 to 7 of the journal: business days, distinct counts and stocks, medians."""

import pytest

from tests.builders import (
    as_of,
    configured,
    deal,
    event,
    joined,
    lost,
    order,
    rate,
    stage,
    won,
)
from tests.homes import Stores
from tests.stores import text_of


def test_rule_5_a_late_event_counts_for_its_own_business_day(stores: Stores) -> None:
    """Rule 5: a posting never asks whether its period is closed, and imported events count on ordinary
    boards.
    """
    store = stores()
    created, closed = order("1", "2016-01-15")
    store.send(created | {"imported": True}, closed | {"imported": True}, at="2017-06-01T00:00:00Z")
    assert store.board("won_amount", "2016-01") == {"ann": "10.00 USD"}


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2017-02-20", "2017-02-20"),
        ("2017-03-01", "2017-03-01"),
        ("2017-03-02", "2017-03-01"),
        ("2018-03-01", "2017-03-01"),
    ],
)
def test_rule_5_a_typed_close_date_counts_unless_it_lies_after_its_event(stores: Stores, typed: str, day: str) -> None:
    """Rule 5: a typed date counts when it is not after the business day of the event's own time."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", amount="10.00", currency="USD"))
    store.send(won("1", "2017-03-01T12:00:00Z", closed_on=typed))
    assert store.board("won_amount", day) == {"ann": "10.00 USD"}
    assert store.board("deals_won", day) == {"ann": "1"}


def test_rule_5_the_typed_date_is_measured_in_the_companys_zone(stores: Stores) -> None:
    """Rule 5: 20:00 UTC on the first is the second in Shanghai, so that a typed second is not in the
    future.
    """
    store = stores()
    store.send(configured(zone="Asia/Shanghai"), deal("1", "2017-01-01", owner="ann"))
    store.send(won("1", "2017-03-01T20:00:00Z", closed_on="2017-03-02"))
    assert store.board("deals_won", "2017-03-02") == {"ann": "1"}


def test_rule_5_lost_deals_use_their_typed_date_too(stores: Stores) -> None:
    """Rule 5: the typed close date of a loss counts like that of a win."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann"), lost("1", "2017-03-10", closed_on="2017-02-28"))
    assert store.board("deals_lost", "2017-02") == {"ann": "1"}


def test_rule_6_accounts_touched_are_distinct_over_the_whole_period(stores: Stores) -> None:
    """Rule 6: an account touched in two months counts once in the quarter, not twice."""
    store = stores()
    days = ("2017-01-05", "2017-01-06", "2017-02-05")
    store.send(
        event("activity.logged", f"activity/{place}", day, kind="call", by="ann", account="a")
        for place, day in enumerate(days)
    )
    store.send(event("activity.logged", "activity/9", "2017-02-06", kind="email", by="ann", account="b"))
    assert store.board("accounts_touched", "2017-Q1") == {"ann": "2"}
    assert store.board("accounts_touched", "2017-01") == {"ann": "1"}


def test_rule_6_a_subject_whose_net_is_zero_is_not_counted(stores: Stores) -> None:
    """Rule 6: an activity that is corrected to another account takes its touch of the first one back."""
    store = stores()
    store.send(event("activity.logged", "activity/1", "2017-01-05", kind="call", by="ann", account="a"))
    fixed = {"sequence": 1}
    store.send(event("activity.logged", "activity/1", "2017-01-05", fixed, kind="note", by="ann", account="a"))
    assert store.board("accounts_touched", "2017-01") == {}


def test_rule_6_split_wins_are_distinct_beside_their_fractions(stores: Stores) -> None:
    """Rule 6: half of one deal and a whole one are 1.5 credited and 2 distinct; all together it is 2
    and 2.
    """
    store = stores()
    halves = [{"rep": "ann", "share_bp": 5000}, {"rep": "bob", "share_bp": 5000}]
    store.send(deal("1", "2017-01-01", owner="ann"))
    store.send(event("deal.split_changed", "deal/1", "2017-01-02", revenue=halves), won("1", "2017-01-03"))
    store.send(order("2", "2017-01-04"))
    board = store.asked("deals_won", "2017-01")
    assert {place.id: (text_of(place.value), place.value.distinct) for place in board.places} == {
        "ann": ("1.5", 2),
        "bob": ("0.5", 1),
    }
    assert (text_of(board.total), board.total.distinct) == ("2", 2)


def test_rule_6_stocks_are_running_sums_up_to_a_day(stores: Stores) -> None:
    """Rule 6: the open pipeline of a day is what came in and did not leave until then."""
    store = stores()
    store.send(
        deal("1", "2017-01-10", owner="ann", amount="10.00", currency="USD"),
        deal("2", "2017-02-10", owner="ann", amount="5.00", currency="USD"),
        event("deal.updated", "deal/1", "2017-02-20", amount="12.00"),
        won("1", "2017-03-10"),
    )
    days = ("2017-01-09", "2017-01-10", "2017-02-15", "2017-02-20", "2017-03-09", "2017-03-10", "2017-12-31")
    found = [store.total("open_pipeline", f"{day}..{day}") for day in days]
    wanted = ("0.00", "10.00", "15.00", "17.00", "17.00", "5.00", "5.00")
    assert found == [f"{amount} USD" for amount in wanted]


def test_rule_6_elapsed_time_is_read_with_now_and_never_posted(stores: Stores) -> None:
    """Rule 6: the same store has one untouched deal a month later, without any event in between."""
    store = stores(now="2017-01-10T00:00:00Z")
    store.send(deal("1", "2017-01-10", owner="ann"))
    lines = store.count("journal")
    assert store.board("untouched_deals", "today") == {"ann": "0"}
    store.now_us += 30 * 86_400_000_000
    assert store.board("untouched_deals", "today") == {"ann": "1"}
    assert store.count("journal") == lines


def test_rule_7_the_median_of_an_even_number_is_the_mean_of_the_two_middle_ones(stores: Stores) -> None:
    """Rule 7: cycles of 1, 2, 5 and 30 days have the median 3.5."""
    store = stores()
    for name, day in (("1", "2017-01-02"), ("2", "2017-01-03"), ("3", "2017-01-06"), ("4", "2017-01-31")):
        store.send(deal(name, "2017-01-01", owner="ann"), won(name, day))
    assert store.board("sales_cycle_days", "2017-01") == {"ann": "3.5"}
    assert store.board("sales_cycle_days_mean", "2017-01") == {"ann": "9.5"}


def test_rule_7_a_reversal_takes_from_the_same_bucket(stores: Stores) -> None:
    """Rule 7: a reopened deal leaves the median as if it had never been won."""
    store = stores()
    for name, day in (("1", "2017-01-02"), ("2", "2017-01-03"), ("3", "2017-01-31")):
        store.send(deal(name, "2017-01-01", owner="ann"), won(name, day))
    assert store.board("sales_cycle_days", "2017-01") == {"ann": "2"}
    store.send(event("deal.reopened", "deal/3", "2017-02-05"))
    assert store.board("sales_cycle_days", "2017-01") == {"ann": "1.5"}
    store.send(event("deal.reopened", "deal/1", "2017-02-05"), event("deal.reopened", "deal/2", "2017-02-05"))
    assert store.board("sales_cycle_days", "2017-01") == {}


def test_rule_7_a_changed_creation_moves_the_value_to_another_bucket(stores: Stores) -> None:
    """Rule 7: a close date that is corrected takes the old cycle out of its bucket."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann"), won("1", "2017-01-31"))
    store.send(won("1", "2017-02-02", closed_on="2017-01-11"))
    assert store.board("sales_cycle_days", "2017-01") == {"ann": "10"}


def test_rule_7_durations_are_reported_at_the_middle_of_their_minute(stores: Stores) -> None:
    """Rule 7: a first reply after 10 minutes and 20 seconds is in the bucket of 10 minutes, middle 630
    seconds.
    """
    store = stores()
    store.send(event("ticket.opened", "ticket/1", "2017-01-02T09:00:00Z"))
    store.send(event("ticket.replied", "ticket/1", "2017-01-02T09:10:20Z", public=True, by="ann"))
    assert store.board("first_reply_seconds", "2017-01") == {"ann": "630"}


def test_rule_7_time_in_a_stage_is_taken_back_when_an_older_move_arrives(stores: Stores) -> None:
    """Rule 7: a move that arrives late cuts one long stay into two, and the long one is gone."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", stage="new", pipeline="p"), stage("1", "2017-01-21", "offer"))
    long = store.asked("stage_days", "2017-01").total
    store.send(stage("1", "2017-01-02", "demo"))
    parts = store.asked("stage_days", "2017-01").total.parts
    assert long.sample == 1
    assert parts is not None
    assert {name: (part.sample, round(part.number or 0)) for name, part in parts.items()} == {
        "p/new": (1, 1),
        "p/demo": (1, 19),
    }
    assert store.total("stage_conversion", "2017-01") == "0.666667"


def test_rule_6_as_of_reads_distinct_counts_of_then(stores: Stores) -> None:
    """Rule 6: distinct counts come from the journal, so that they know the past as well."""
    store = stores()
    for place, (account, at) in enumerate((("a", "2017-02-01T00:00:00Z"), ("b", "2017-03-01T00:00:00Z"))):
        call = event("activity.logged", f"activity/{place}", "2017-01-05", kind="call", by="ann", account=account)
        store.send(call, at=at)
    assert store.board("accounts_touched", "2017", as_of("2017-02-15T00:00:00Z")) == {"ann": "1"}
    assert store.board("accounts_touched", "2017") == {"ann": "2"}


def test_rule_6_a_rep_in_role_without_postings_is_on_the_board(stores: Stores) -> None:
    """Rule 6: a rep in role without a posting has a row of nothing; one who had left before has none."""
    store = stores()
    store.send(
        joined("ann"),
        joined("bob"),
        event("rep.left", "rep/bob", "2016-06-30"),
        rate("EUR", "2017-01-01", "1.1"),
    )
    assert store.board("deals_won", "2017-01") == {"ann": "0"}
