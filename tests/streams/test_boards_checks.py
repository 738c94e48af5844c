"""The check cases of the metrics: each formula on the numbers that its definition was published with."""

from collections.abc import Iterator

from tests.builders import (
    Wire,
    configured,
    deal,
    event,
    joined,
    lost,
    order,
    pipeline,
    quota,
    stage,
    team,
    won,
)
from tests.homes import Stores


def funnel() -> Iterator[Wire]:
    """Yield 100 deals created in January: 3 won, 7 lost, 90 open."""
    for number in range(100):
        yield deal(str(number), "2017-01-02", owner="ann", amount="10.00", currency="USD")
        if number < 3:
            yield won(str(number), "2017-01-20")
        elif number < 10:
            yield lost(str(number), "2017-01-20", reason="price")


def test_win_rate_by_count_of_3_won_7_lost_90_open_is_30_percent(stores: Stores) -> None:
    """Win rate by count: won / (won + lost), closed in the period; open deals do not matter."""
    store = stores()
    store.send(funnel())
    board = store.asked("win_rate", "2017-01")
    assert store.board("win_rate", "2017-01") == {"ann": "0.3"}
    assert board.total.sample == 10


def test_win_rate_of_the_created_cohort_is_3_percent(stores: Stores) -> None:
    """Win rate, created cohort: won / created in the period, open deals included."""
    store = stores()
    store.send(funnel())
    assert store.board("win_rate_cohort", "2017-01") == {"ann": "0.03"}


def test_win_rate_by_value_of_won_10_lost_30_is_25_percent(stores: Stores) -> None:
    """Win rate by value: sum won / (sum won + sum lost), lost at the last open amount."""
    store = stores()
    store.send(
        order("1", "2017-01-02", amount="10.00"),
        deal("2", "2017-01-02", owner="ann", amount="30.00", currency="USD"),
    )
    store.send(lost("2", "2017-01-20"), event("deal.updated", "deal/2", "2017-01-25", amount="0.00"))
    assert store.board("win_rate_amount", "2017-01") == {"ann": "0.25"}
    assert store.board("lost_amount", "2017-01") == {"ann": "30.00 USD"}


def test_win_rate_keeps_lost_deals_without_an_amount(stores: Stores) -> None:
    """Win rate by count: a lost deal without an amount counts, or the rate of many exports would be 100 %."""
    store = stores()
    store.send(order("1", "2017-01-02"), deal("2", "2017-01-02", owner="ann"), lost("2", "2017-01-20"))
    assert store.board("win_rate", "2017-01") == {"ann": "0.5"}


def test_win_rate_of_nothing_closed_is_null(stores: Stores) -> None:
    """A ratio whose denominator is 0 has no value, and no rank."""
    store = stores()
    store.send(joined("ann"), deal("1", "2017-01-02", owner="ann"))
    (place,) = store.asked("win_rate", "2017-01").places
    assert (place.rank, place.value.number, place.value.sample) == (None, None, 0)


def test_sales_velocity_of_50_open_30_percent_10000_and_60_days_is_2500_a_day(stores: Stores) -> None:
    """Sales velocity: 50 open x 0.3 x 10,000 / 60 days = 2,500 a day."""
    store = stores()
    for number in range(60):
        store.send(deal(str(number), "2017-01-01", owner="ann", amount="10000.00", currency="USD"))
    store.send(won(str(number), "2017-03-02") for number in range(3))
    store.send(lost(str(number), "2017-03-02") for number in range(3, 10))
    assert store.board("sales_velocity", "2017-03-01..2017-03-31") == {"ann": "2500.00 USD"}


def test_sales_cycle_is_close_less_create_of_won_deals_only(stores: Stores) -> None:
    """Sales cycle: the median and the mean of won deals; a lost one does not count."""
    store = stores()
    for name, day in (("1", "2017-01-11"), ("2", "2017-01-21"), ("3", "2017-03-02")):
        store.send(deal(name, "2017-01-01", owner="ann"), won(name, day))
    store.send(deal("4", "2017-01-01", owner="ann"), lost("4", "2017-01-02"))
    assert store.total("sales_cycle_days", "2017") == "20"
    assert store.total("sales_cycle_days_mean", "2017") == "30"


def test_stage_conversion_of_10_entries_6_forward_2_lost_2_open_is_60_percent(stores: Stores) -> None:
    """Stage conversion: 6 of 10 went forward so far, 75 % of those with an end."""
    store = stores()
    store.send(pipeline("p", "new", "offer"))
    for number in range(10):
        store.send(deal(str(number), "2017-01-02", owner="ann", pipeline="p", stage="new"))
    store.send(stage(str(number), "2017-02-02", "offer") for number in range(6))
    store.send(lost(str(number), "2017-02-02") for number in (6, 7))
    parts = store.parts("stage_conversion", "2017-01")
    assert (parts["p/new"], parts["p/new resolved"]) == ("0.6", "0.75")


def test_stage_conversion_counts_a_backward_move_as_an_end_without_progress(stores: Stores) -> None:
    """Stage conversion: moving back is no advance; winning straight from the stage is one."""
    store = stores()
    store.send(pipeline("p", "new", "offer"))
    for name in "12":
        store.send(deal(name, "2017-01-02", owner="ann", pipeline="p", stage="offer"))
    store.send(stage("1", "2017-01-05", "new"), won("2", "2017-01-05"))
    assert store.parts("stage_conversion", "2017-01")["p/offer"] == "0.5"


def test_time_in_stage_adds_both_intervals_around_a_closed_spell(stores: Stores) -> None:
    """Time in stage: the clock stops while a deal is closed and resumes when it is reopened."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", pipeline="p", stage="new"), lost("1", "2017-01-11"))
    store.send(event("deal.reopened", "deal/1", "2017-03-01"), stage("1", "2017-03-11", "offer"))
    found = store.asked("stage_days", "2017-01").total
    assert found.sample == 1
    assert found.number is not None
    assert abs(float(found.number) - 20) < 0.4


def test_time_in_stage_leaves_out_the_time_that_a_deal_was_closed(stores: Stores) -> None:
    """Time in stage: a deal that is reopened into another stage was ten days in the first, not 59."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann", pipeline="p", stage="new"), lost("1", "2017-01-11"))
    store.send(event("deal.reopened", "deal/1", "2017-03-01", stage="offer"))
    found = store.asked("stage_days", "2017-01").total
    assert found.sample == 1
    assert found.number is not None
    assert abs(float(found.number) - 10) < 0.2


def test_quota_attainment_of_a_team_is_sum_by_sum(stores: Stores) -> None:
    """Quota attainment: 42.5 + 55 + 52.5 of 50 x 3 is 100 %, and never the mean of percentages."""
    store = stores()
    store.send(team("north"))
    for rep, amount in (("ann", "42.50"), ("bob", "55.00"), ("eve", "52.50")):
        store.send(joined(rep, team="north"), quota(rep, "50.00", "2017-Q1", rep=rep))
        store.send(order(rep, "2017-02-01", amount=amount, owner=rep))
    assert store.board("quota_attainment", "2017-Q1", by="team") == {"north": "1"}
    assert store.board("quota_attainment", "2017-Q1") == {"ann": "0.85", "bob": "1.1", "eve": "1.05"}
    assert store.total("quota_attainment", "2017-Q1") == "1"


def test_ambition_trap_a_member_who_joined_counts_with_the_whole_denominator(stores: Stores) -> None:
    """Ambition trap: 5 of 10, then a member with 2 of 10 joins: the team goes from 25 % to 35 %, not
    from 50 %.
    """
    store = stores()
    store.send(team("north"), joined("ann", team="north"), joined("bob", team="north"))
    store.send(quota("1", "10.00", "2017-01", rep="ann"), quota("2", "10.00", "2017-01", rep="bob"))
    store.send(order("1", "2017-01-05", amount="5.00"))
    assert store.board("quota_attainment", "2017-01", by="team") == {"north": "0.25"}
    store.send(order("2", "2017-01-10", amount="2.00", owner="bob"))
    assert store.board("quota_attainment", "2017-01", by="team") == {"north": "0.35"}


def test_pace_of_40_percent_at_half_of_the_business_days_is_0_8(stores: Stores) -> None:
    """Pace: 40 % reached when 10 of 20 business days are gone is 0.8."""
    store = stores(now="2017-01-16T12:00:00Z")
    period = "2017-01-03..2017-01-30"
    store.send(joined("ann"), quota("1", "100.00", period, rep="ann"), order("1", "2017-01-05", amount="40.00"))
    assert store.board("quota_attainment", period) == {"ann": "0.4"}
    assert store.board("pace", period) == {"ann": "0.8"}


def test_pipeline_coverage_of_300_open_over_100_left_is_3(stores: Stores) -> None:
    """Pipeline coverage: open pipeline closing in the period / (quota - won) = 300 / (200 - 100)."""
    store = stores()
    store.send(joined("ann"), quota("1", "200.00", "2017-Q1", rep="ann"), order("1", "2017-02-01", amount="100.00"))
    open_deal: Wire = {"owner": "ann", "currency": "USD"}
    store.send(deal("2", "2017-01-01", amount="300.00", expected_close="2017-03-31", **open_deal))
    store.send(deal("3", "2017-01-01", amount="999.00", expected_close="2017-04-01", **open_deal))
    assert store.board("pipeline_coverage", "2017-Q1") == {"ann": "3"}


def test_pipeline_coverage_of_a_met_quota_says_met(stores: Stores) -> None:
    """Pipeline coverage: when nothing remains of the quota the board says so, not infinity."""
    store = stores()
    store.send(joined("ann"), quota("1", "100.00", "2017-Q1", rep="ann"), order("1", "2017-02-01", amount="100.00"))
    (place,) = store.asked("pipeline_coverage", "2017-Q1").places
    assert (place.value.number, place.value.note, place.rank) == (None, "met", None)


def test_no_quota_is_said_and_not_scaled_to_the_leader(stores: Stores) -> None:
    """No target: the row says `no_quota` and has no rank."""
    store = stores()
    store.send(order("1", "2017-02-01"))
    (place,) = store.asked("quota_attainment", "2017-Q1").places
    assert (place.value.number, place.value.note, place.rank) == (None, "no_quota", None)


def test_weighted_pipeline_is_amount_times_probability_of_open_deals(stores: Stores) -> None:
    """Weighted pipeline: 100 at 10 % and 200 at 20 % are 50."""
    store = stores()
    store.send(pipeline("p", "new", "offer"))
    store.send(deal("1", "2017-01-01", owner="ann", pipeline="p", stage="new", amount="100.00", currency="USD"))
    store.send(deal("2", "2017-01-01", owner="ann", pipeline="p", stage="offer", amount="200.00", currency="USD"))
    assert store.board("weighted_pipeline", "2017-01-31") == {"ann": "50.00 USD"}


def test_collection_rate_of_due_100_received_80_of_it_is_80_percent(stores: Stores) -> None:
    """Collection rate, plan: received by the due day / due in the period; what came late does not count."""
    store = stores()
    store.send(order("1", "2017-01-01", amount="200.00"), plan("100.00", "2017-01-31", contract_amount="200.00"))
    store.send(receipt("r1", "2017-01-31", "80.00"), receipt("r2", "2017-02-01", "20.00"))
    assert store.board("collection_rate", "2017-01") == {"ann": "0.8"}
    assert store.board("collection_rate_contract", "2017-01") == {"ann": "0.5"}
    assert store.board("received_amount", "2017-01") == {"ann": "80.00 USD"}


def plan(amount: str, due: str, **fields: object) -> Wire:
    """Return the plan of an invoice of deal 1 with one line."""
    lines = [{"due": due, "amount": amount}]
    return event("invoice.planned", "invoice/1", "2017-01-02", deal="1", currency="USD", lines=lines, **fields)


def receipt(name: str, when: str, amount: str, **fields: object) -> Wire:
    """Return money that came in for invoice 1."""
    return event("receipt.received", "invoice/1", when, receipt=name, amount=amount, **fields)


def test_new_customers_won_back_after_twelve_months(stores: Stores) -> None:
    """New customers: the first won order of the account; an order 12 months or more after the last is
    a win-back.
    """
    store = stores()
    store.send(order("1", "2015-01-10", account="a"), order("2", "2015-12-31", account="a"))
    store.send(order("3", "2017-01-05", account="a", owner="bob"))
    assert store.board("new_customers", "2015") == {"ann": "1"}
    assert store.board("won_back", "2015") == {}
    assert store.board("won_back", "2017") == {"bob": "1"}


def test_repurchase_rate_has_no_partial_windows_and_no_same_day_orders(stores: Stores) -> None:
    """Repurchase rate: of two customers one bought again within 90 days; a third is too young to be asked."""
    store = stores(now="2017-06-01T00:00:00Z")
    store.send(order("1", "2017-01-10", account="a"), order("2", "2017-04-10", account="a"))
    store.send(order("3", "2017-01-10", account="b"), order("4", "2017-01-10", account="b"))
    store.send(order("5", "2017-04-01", account="c"), order("6", "2017-04-02", account="c"))
    assert store.parts("repurchase_rate", "2017") == {"90": "0.5", "180": None, "365": None}


def test_repurchase_rate_leaves_out_an_order_that_was_refunded_in_full(stores: Stores) -> None:
    """Repurchase rate: the second order given back in full is no order; given back in part it is one."""
    store = stores()
    store.send(order("2", "2017-01-10", account="a"), order("1", "2017-02-10", account="a"))
    store.send(plan("10.00", "2017-02-20", account="a"), receipt("r", "2017-02-20", "10.00"))
    back = event("receipt.refunded", "invoice/1", "2017-03-01", receipt="r", amount="4.00")
    store.send(back)
    assert store.parts("repurchase_rate", "2017-01")["90"] == "1"
    store.send(event("receipt.refunded", "invoice/1", "2017-03-02", receipt="r", amount="6.00"))
    assert store.parts("repurchase_rate", "2017-01")["90"] == "0"


def test_split_of_100_percent_of_5_and_50_percent_of_10_is_10(stores: Stores) -> None:
    """Split credit: a whole deal of 5 and half a deal of 10 are 10 credited, not 15."""
    store = stores()
    halves = [{"rep": "ann", "share_bp": 5000}, {"rep": "bob", "share_bp": 5000}]
    store.send(
        order("1", "2017-01-02", amount="5.00"),
        deal("2", "2017-01-02", owner="ann", amount="10.00", currency="USD"),
    )
    store.send(event("deal.split_changed", "deal/2", "2017-01-03", revenue=halves), won("2", "2017-01-04"))
    assert store.board("won_amount", "2017-01") == {"ann": "10.00 USD", "bob": "5.00 USD"}
    assert store.total("won_amount", "2017-01") == "15.00 USD"
    assert store.board("average_deal", "2017-01") == {"ann": "6.67 USD", "bob": "10.00 USD"}


def test_ranks_are_1_2_2_4_with_ties_by_name_then_id(stores: Stores) -> None:
    """Ties share a rank and stand in the order of their names, then ids."""
    store = stores()
    for rep, name in (("r1", "Zoe"), ("r2", "Ann"), ("r3", "Bob"), ("r4", "Ann")):
        store.send(joined(rep, name=name))
    amounts = {"r1": "9.00", "r2": "5.00", "r3": "1.00", "r4": "5.00"}
    store.send(order(rep, "2017-01-02", amount=amount, owner=rep) for rep, amount in amounts.items())
    places = store.asked("won_amount", "2017-01").places
    assert [(place.rank, place.id) for place in places] == [(1, "r1"), (2, "r2"), (2, "r4"), (4, "r3")]


def test_metrics_where_less_is_better_rank_the_other_way(stores: Stores) -> None:
    """The shortest sales cycle is the first place."""
    store = stores()
    store.send(configured(), deal("1", "2017-01-01", owner="ann"), won("1", "2017-01-31"))
    store.send(deal("2", "2017-01-01", owner="bob"), won("2", "2017-01-05"))
    assert [place.id for place in store.asked("sales_cycle_days", "2017").places] == ["bob", "ann"]
