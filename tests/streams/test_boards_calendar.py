"""Zones, clock changes, fiscal calendars, business days, quotas and histories of teams and roles on
boards.
"""

import pytest

from services.errors import ViewUnsupported
from services.org.people import Person
from services.scope import Scope
from tests.builders import Wire, as_of, configured, deal, event, joined, order, quota, rate, team, won
from tests.homes import Stores


def test_edge_a_board_in_another_zone_is_cut_anew_from_exact_times(stores: Stores) -> None:
    """Time zones: a win of 20:00 UTC counts on the next day on a board in Shanghai, and on its own in
    Berlin.
    """
    store = stores()
    store.send(configured(zone="Europe/Berlin"), order("1", "2017-03-31T20:00:00Z"))
    assert store.board("won_amount", "2017-03") == {"ann": "10.00 USD"}
    assert store.board("won_amount", "2017-03", zone="Asia/Shanghai") == {}
    assert store.board("won_amount", "2017-04", zone="Asia/Shanghai") == {"ann": "10.00 USD"}


def test_edge_another_zone_sees_stocks_and_distinct_counts_of_its_own_days(stores: Stores) -> None:
    """Time zones: a deal opened at 20:00 UTC is not yet in the pipeline of that day in Shanghai."""
    store = stores()
    moment = "2017-03-31T20:00:00Z"
    store.send(deal("1", moment, owner="ann", amount="10.00", currency="USD"))
    store.send(event("activity.logged", "activity/1", moment, kind="call", by="ann", account="a"))
    assert store.total("open_pipeline", "2017-03-31") == "10.00 USD"
    assert store.total("open_pipeline", "2017-03-31", zone="Asia/Shanghai") == "0.00 USD"
    assert store.board("accounts_touched", "2017-03-31") == {"ann": "1"}
    assert store.board("accounts_touched", "2017-03-31", zone="Asia/Shanghai") == {}


def test_edge_the_companys_own_zone_by_name_reads_the_same(stores: Stores) -> None:
    """Time zones: cells and the journal give one answer, whichever is read."""
    store = stores()
    store.send(configured(zone="America/New_York"))
    store.send(order(str(hour), f"2017-03-12T{hour:02}:30:00Z", account=str(hour)) for hour in range(0, 24, 3))
    metrics = ("won_amount", "deals_won", "sales_cycle_days", "open_pipeline", "new_customers")
    asked = [(metric, day) for metric in metrics for day in ("2017-03-11", "2017-03-12", "2017-03")]
    cells = [store.board(metric, day) for metric, day in asked]
    store.send(event("deal.noted", "deal/0", "2017-12-01", text="nothing"), at="2018-02-01T00:00:00Z")
    before = as_of("2018-01-15T00:00:00Z")
    assert [store.board(metric, day, before) for metric, day in asked] == cells
    assert [store.board(metric, day, zone="America/New_York") for metric, day in asked] == cells


def test_edge_days_of_a_clock_change_have_23_or_25_hours(stores: Stores) -> None:
    """Time zones: in Berlin the 26th of March 2017 ends at 22:00 UTC, and the 29th of October at 23:00
    UTC.
    """
    store = stores()
    store.send(configured(zone="Europe/Berlin"))
    short = ("2017-03-25T22:59:59Z", "2017-03-25T23:00:00Z", "2017-03-26T21:59:59Z", "2017-03-26T22:00:00Z")
    long = ("2017-10-28T21:59:59Z", "2017-10-28T22:00:00Z", "2017-10-29T22:59:59Z", "2017-10-29T23:00:00Z")
    store.send(order(moment.replace(":", "."), moment) for moment in (*short, *long))
    assert store.total("deals_won", "2017-03-26") == "2"
    assert store.total("deals_won", "2017-10-29") == "2"


def test_edge_business_days_across_a_clock_change(stores: Stores) -> None:
    """Time zones: the week in which the clocks change has five business days like any other for pace
    and quota.
    """
    store = stores(now="2017-03-28T21:59:59Z")
    store.send(
        configured(zone="Europe/Berlin"),
        joined("ann"),
        quota("1", "100.00", "2017-03-20..2017-03-31", rep="ann"),
    )
    store.send(order("1", "2017-03-21", amount="70.00"))
    period = "2017-03-20..2017-03-31"
    assert store.board("pace", period) == {"ann": "1"}
    store.now_us += 1_000_000
    assert store.board("pace", period) == {"ann": "0.875"}


def test_edge_metrics_read_from_states_have_no_other_zone(stores: Stores) -> None:
    """Time zones: what is read from the deals themselves refuses another zone instead of guessing."""
    store = stores()
    with pytest.raises(ViewUnsupported):
        store.board("untouched_deals", "2017", zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("first_month", "quarter", "first", "last"),
    [
        (1, "2017-Q1", "2017-01-01", "2017-03-31"),
        (4, "2017-Q1", "2016-04-01", "2016-06-30"),
        (4, "2017-Q4", "2017-01-01", "2017-03-31"),
        (7, "2017-Q2", "2016-10-01", "2016-12-31"),
        (12, "2017-Q1", "2016-12-01", "2017-02-28"),
    ],
)
def test_edge_fiscal_quarters_begin_in_any_month(
    stores: Stores, first_month: int, quarter: str, first: str, last: str
) -> None:
    """Fiscal calendar: YYYY-Qn is fiscal, and the year is named after the one in which it ends."""
    store = stores()
    store.send(configured(fiscal={"kind": "months", "first_month": first_month}))
    board = store.asked("deals_won", quarter)
    assert board.period.text() == f"{first}..{last}"


def test_edge_fiscal_quarters_of_4_4_5_weeks(stores: Stores) -> None:
    """Fiscal calendar: a 4-4-5 quarter has 13 weeks from the anchor, and the win of its last day is in it."""
    store = stores()
    store.send(configured(fiscal={"kind": "4-4-5", "anchor": "2017-01-01"}), order("1", "2017-04-01"))
    assert store.asked("deals_won", "2017-Q1").period.text() == "2017-01-01..2017-04-01"
    assert store.board("deals_won", "2017-Q1") == {"ann": "1"}
    assert store.asked("deals_won", "2017-Q2").period.text() == "2017-04-02..2017-07-01"


def test_edge_team_move_of_a_rep_follows_membership_at_event_time(stores: Stores) -> None:
    """Team move of rep: a team's total has what its members did while they were in it."""
    store = stores()
    store.send(team("north"), team("south"), joined("ann", team="north"))
    store.send(event("rep.team_changed", "rep/ann", "2017-02-15", team="south"))
    store.send(order("1", "2017-02-14", amount="1.00"), order("2", "2017-02-15", amount="2.00"))
    assert store.board("won_amount", "2017-Q1", by="team") == {"south": "2.00 USD", "north": "1.00 USD"}
    assert store.board("won_amount", "2017-02", by="team") == {"south": "2.00 USD", "north": "1.00 USD"}
    assert store.board("won_amount", "2017-Q1") == {"ann": "3.00 USD"}


@pytest.mark.parametrize(
    ("zone", "moment", "wanted"),
    [
        ("Asia/Shanghai", "2017-03-31T20:00:00Z", {"north": "10.00 USD", "south": "0.00 USD"}),
        ("America/New_York", "2017-04-01T02:00:00Z", {"north": "0.00 USD", "south": "10.00 USD"}),
    ],
)
def test_edge_an_undated_team_move_holds_from_its_day_in_the_companys_zone(
    stores: Stores, zone: str, moment: str, wanted: dict[str, str | None]
) -> None:
    """Team move of rep: without a date it is the event's day, cut in the company's zone, for a win of
    the 31st.
    """
    store = stores()
    store.send(configured(zone=zone), team("north"), team("south"), joined("ann", team="north"))
    store.send(event("rep.team_changed", "rep/ann", moment, team="south"), order("1", "2017-03-31"))
    assert store.board("won_amount", "2017", by="team") == wanted
    store.send(event("rep.left", "rep/ann", moment))
    assert store.board("deals_created", "2017-04") == ({"ann": "0"} if zone == "Asia/Shanghai" else {})


def test_edge_a_changed_quota_is_in_force_from_its_day_in_the_companys_zone(stores: Stores) -> None:
    """Goal changed mid-period: 20:00 UTC on Monday is Tuesday in Shanghai, so that Monday has the old
    goal.
    """
    store = stores()
    store.send(configured(zone="Asia/Shanghai"), joined("ann"), order("1", "2017-01-16", amount="10.00"))
    store.send(quota("1", "50.00", "2017-01-16..2017-01-20", "2016-12-01", rep="ann"))
    store.send(quota("1", "500.00", "2017-01-16..2017-01-20", "2017-01-16T20:00:00Z", rep="ann"))
    assert store.board("quota_attainment", "2017-01-16") == {"ann": "1"}
    assert store.board("quota_attainment", "2017-01-17") == {"ann": "0"}


def test_edge_quotas_in_several_currencies_are_converted_into_one(stores: Stores) -> None:
    """Quota: 100 USD and 50 EUR at 2.00 are a target of 200 USD."""
    store = stores()
    store.send(joined("ann"), rate("EUR", "2017-01-01", "2.0"), order("1", "2017-01-05", amount="100.00"))
    store.send(quota("1", "100.00", "2017-01", rep="ann"), quota("2", "50.00", "2017-02", rep="ann", currency="EUR"))
    assert store.board("quota_attainment", "2017-01-01..2017-02-28") == {"ann": "0.5"}


def test_edge_teams_below_count_for_the_team_above(stores: Stores) -> None:
    """Team boards: a team has its own members' numbers and those of all teams below it, once."""
    store = stores()
    store.send(team("all"), team("north", parent="all"), team("oslo", parent="north"))
    store.send(joined("ann", team="oslo"), joined("bob", team="north"), order("1", "2017-01-05"))
    store.send(order("2", "2017-01-05", owner="bob", amount="5.00"))
    found = store.board("won_amount", "2017", by="team")
    assert found == {"all": "15.00 USD", "north": "15.00 USD", "oslo": "10.00 USD"}
    assert store.total("won_amount", "2017") == "15.00 USD"


def test_edge_teams_that_are_above_each_other_do_not_loop(stores: Stores) -> None:
    """Team boards: a circle of teams is read to its end and no further."""
    store = stores()
    store.send(team("a", parent="b"), team("b", parent="a"), joined("ann", team="a"), order("1", "2017-01-05"))
    assert store.board("won_amount", "2017", by="team") == {"a": "10.00 USD", "b": "10.00 USD"}


def test_edge_a_leaver_stays_in_the_teams_past(stores: Stores) -> None:
    """Leave: numbers of someone who left stay with the team, and the board of today has no row for them."""
    store = stores()
    store.send(team("north"), joined("ann", team="north"), order("1", "2017-01-05"))
    store.send(event("rep.left", "rep/ann", "2017-03-31", day="2017-03-31"))
    assert store.board("won_amount", "2017-Q1", by="team") == {"north": "10.00 USD"}
    assert store.board("won_amount", "2017-03") == {"ann": "0.00 USD"}
    assert store.board("won_amount", "2017-04") == {}


def test_edge_role_history_is_kept_from_day_to_day(stores: Stores) -> None:
    """Rep joins or moves: roles hold from a day on, whatever order the changes arrive in."""
    store = stores()
    store.send(event("rep.role_changed", "rep/ann", "2017-06-01", role="lead"))
    store.send(joined("ann", "2017-01-01", role="rep", from_day="2016-06-01"))
    person = store.state("rep/ann")
    assert isinstance(person, Person)
    assert [(since.day, since.value) for since in person.roles] == [
        (16_953, "rep"),
        (17_318, "lead"),
    ]
    assert store.board("deals_won", "2016-05") == {}
    assert store.board("deals_won", "2016-06") == {"ann": "0"}


def test_edge_goal_changed_mid_period_is_prorated_by_business_days(stores: Stores) -> None:
    """Goal changed mid-period: each version counts for the business days that it was in force."""
    store = stores()
    period = "2017-01-02..2017-01-27"
    store.send(joined("ann"), quota("1", "100.00", period, "2016-12-01", rep="ann"))
    store.send(quota("1", "200.00", period, "2017-01-16", rep="ann"), order("1", "2017-01-05", amount="75.00"))
    assert store.board("quota_attainment", period) == {"ann": "0.5"}
    assert store.board("quota_attainment", "2017-01-02..2017-01-13") == {"ann": "1.5"}


def test_edge_a_quarters_quota_counts_for_its_share_of_business_days(stores: Stores) -> None:
    """Quota proration: of 65 business days of the first quarter of 2017, January has 22 less its holidays."""
    store = stores()
    store.send(event("calendar.defined", "company/main", "2017-01-01", holidays=["2017-01-02", "2017-01-03"]))
    store.send(joined("ann"), quota("1", "630.00", "2017-Q1", rep="ann"), order("1", "2017-01-05", amount="50.00"))
    assert store.board("quota_attainment", "2017-01") == {"ann": "0.25"}


def test_edge_make_up_days_are_business_days(stores: Stores) -> None:
    """Business calendar: a Saturday that is worked counts, and a weekend may lie elsewhere."""
    store = stores()
    calendar: Wire = {"holidays": ["2017-01-27"], "workdays": ["2017-01-28"], "weekend": [6, 7]}
    store.send(event("calendar.defined", "company/main", "2017-01-01", **calendar))
    store.send(joined("ann"), quota("1", "50.00", "2017-01-23..2017-01-29", rep="ann"))
    store.send(order("1", "2017-01-28", amount="10.00"))
    assert store.board("quota_attainment", "2017-01-28") == {"ann": "1"}
    assert store.board("quota_attainment", "2017-01-27") == {"ann": None}


def test_edge_a_rep_who_joins_mid_period_has_a_prorated_quota(stores: Stores) -> None:
    """Rep joins mid-period: the quota counts for the business days in role, in the team's denominator too."""
    store = stores()
    period = "2017-01-02..2017-01-27"
    store.send(team("north"), joined("ann", team="north"), joined("bob", team="north", from_day="2017-01-16"))
    store.send(quota("1", "100.00", period, rep="ann"), quota("2", "100.00", period, rep="bob"))
    store.send(order("1", "2017-01-20", amount="25.00", owner="bob"), order("2", "2017-01-20", amount="50.00"))
    assert store.board("quota_attainment", period) == {"ann": "0.5", "bob": "0.5"}
    assert store.board("quota_attainment", period, by="team") == {"north": "0.5"}


def test_edge_a_teams_own_quota_goes_before_the_sum_of_its_members(stores: Stores) -> None:
    """Quota: where a team has its own target it is the denominator, else the members' targets together."""
    store = stores()
    store.send(team("north"), joined("ann", team="north"), quota("1", "10.00", "2017-01", rep="ann"))
    store.send(order("1", "2017-01-05", amount="5.00"))
    assert store.board("quota_attainment", "2017-01", by="team") == {"north": "0.5"}
    store.send(quota("2", "20.00", "2017-01", team="north"))
    assert store.board("quota_attainment", "2017-01", by="team") == {"north": "0.25"}


def test_edge_two_quotas_of_one_person_add_up(stores: Stores) -> None:
    """Quota: monthly targets sum to that of the quarter."""
    store = stores()
    store.send(joined("ann"), order("1", "2017-01-05", amount="30.00"))
    store.send(quota(month, "20.00", f"2017-{month}", rep="ann") for month in ("01", "02", "03"))
    assert store.board("quota_attainment", "2017-Q1") == {"ann": "0.5"}


def test_edge_adjustments_count_in_attainment_and_money_beside_numbers(stores: Stores) -> None:
    """Adjustments: money is added to money metrics, plain numbers to counts, each on its day."""
    store = stores()
    fields: Wire = {"rep": "ann", "day": "2017-01-10", "reason": "freight"}
    store.send(order("1", "2017-01-05", amount="10.00"), won("2", "2017-01-06"))
    store.send(
        event(
            "adjustment.posted",
            "adjustment/1",
            "2017-02-01",
            metric="won_amount",
            amount="-2.50",
            currency="USD",
            **fields,
        ),
        event("adjustment.posted", "adjustment/2", "2017-02-01", metric="deals_won", amount="0.5", **fields),
    )
    assert store.board("won_amount", "2017-01")["ann"] == "7.50 USD"
    assert store.board("deals_won", "2017-01")["ann"] == "1.5"
    assert store.board("won_amount", "2017-02") == {}


def test_edge_a_lead_sees_their_team_and_a_rep_themselves(stores: Stores) -> None:
    """Visibility: rows and totals hold only what the asker may see."""
    store = stores()
    store.send(team("north"), team("south"), joined("ann", team="north"), joined("bob", team="north"))
    store.send(joined("eve", team="south"), order("1", "2017-01-05"), order("2", "2017-01-05", owner="bob"))
    store.send(order("3", "2017-01-05", owner="eve"))
    lead = store.asked("won_amount", "2017", scope=Scope(person="zoe", role="lead", teams=frozenset({"north"})))
    own = store.asked("won_amount", "2017", scope=Scope(person="eve", role="rep"))
    assert sorted(place.id for place in lead.places) == ["ann", "bob"]
    assert [place.id for place in own.places] == ["eve"]
    assert lead.total.money is not None
    assert own.total.money is not None
    assert (str(lead.total.money.amount), str(own.total.money.amount)) == ("20.00", "10.00")
