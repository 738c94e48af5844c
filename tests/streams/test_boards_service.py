"""Response times, tickets, leads, calls, follow-ups and the state of records on boards."""

import pytest

from tests.builders import Wire, as_of, configured, deal, event, happened_by, joined, team, won
from tests.homes import Stores


def ticket(kind: str, when: str, **fields: object) -> Wire:
    """Return an event of ticket 1."""
    return event(f"ticket.{kind}", "ticket/1", when, **fields)


def replied(when: str, **fields: object) -> Wire:
    """Return a public reply of Ann."""
    return event("ticket.replied", "ticket/1", when, **({"public": True, "by": "ann"} | fields))


def test_check_reopened_friday_14_00_reply_14_10_is_10_minutes(stores: Stores) -> None:
    """First reply: from the reopening, not from the creation days before: 10 minutes (the middle of
    its bucket).
    """
    store = stores()
    store.send(ticket("opened", "2017-03-06T09:00:00Z"), ticket("resolved", "2017-03-07T09:00:00Z", by="ann"))
    store.send(ticket("reopened", "2017-03-10T14:00:00Z"), replied("2017-03-10T14:10:00Z"))
    assert store.board("first_reply_seconds", "2017-03-10") == {"ann": "630"}
    assert store.asked("first_reply_seconds", "2017").total.sample == 1


def test_first_reply_of_a_ticket_that_an_agent_opened_is_the_second(stores: Stores) -> None:
    """First reply: an agent's own first words are no reply."""
    store = stores()
    store.send(ticket("opened", "2017-03-06T09:00:00Z", requester="agent"))
    store.send(replied("2017-03-06T09:00:10Z"), replied("2017-03-06T09:30:00Z"))
    assert store.board("first_reply_seconds", "2017") == {"ann": "1830"}


@pytest.mark.parametrize("fields", [{"public": False}, {"actor_type": "bot"}])
def test_first_reply_is_public_and_human(stores: Stores, fields: Wire) -> None:
    """First reply: notes to colleagues and bots stop no clock."""
    store = stores()
    store.send(ticket("opened", "2017-03-06T09:00:00Z"), replied("2017-03-06T09:00:10Z", **fields))
    store.send(replied("2017-03-06T09:20:00Z"))
    assert store.board("first_reply_seconds", "2017") == {"ann": "1230"}


def test_resolution_runs_from_creation_to_the_last_close(stores: Stores) -> None:
    """Resolution: reopening cycles are included, the earlier resolution is taken back."""
    store = stores()
    store.send(ticket("opened", "2017-03-06T09:00:00Z"), ticket("resolved", "2017-03-06T10:00:00Z", by="ann"))
    assert store.board("resolution_seconds", "2017-03-06") == {"ann": "3630"}
    store.send(ticket("reopened", "2017-03-07T09:00:00Z"))
    assert store.board("tickets_resolved", "2017") == {}
    store.send(ticket("resolved", "2017-03-08T09:00:00Z", by="bob"))
    assert store.board("tickets_resolved", "2017") == {"bob": "1"}
    found = store.asked("resolution_seconds", "2017-03-08").total.number
    assert found is not None
    assert abs(float(found) / (48 * 3600) - 1) < 0.02


def test_csat_belongs_to_the_resolver_of_that_time(stores: Stores) -> None:
    """CSAT: ratings of 4 and 5 / ratings, dated by rating, for who had resolved the ticket then."""
    store = stores()
    scores = {"1": 5, "2": 4, "3": 3, "4": None}
    for name, score in scores.items():
        store.send(event("ticket.opened", f"ticket/{name}", "2017-03-06"))
        store.send(event("ticket.resolved", f"ticket/{name}", "2017-03-07", by="ann"))
        if score:
            store.send(event("ticket.rated", f"ticket/{name}", "2017-03-08", score=score))
    store.send(event("ticket.resolved", "ticket/1", "2017-03-09", by="bob"))
    found = store.asked("csat", "2017-03")
    ratios = {place.id: (place.value.sample, str(place.value.number)) for place in found.places if place.value.number}
    assert ratios == {"ann": (3, "0.666667")}
    assert store.parts("csat", "2017-03") == {"response_rate": "0.75"}


def test_edge_merge_of_tickets_recomputes_counts(stores: Stores) -> None:
    """Merge of tickets: a merged ticket counts for nothing by itself."""
    store = stores()
    for name in "12":
        store.send(event("ticket.opened", f"ticket/{name}", "2017-03-06"))
        store.send(event("ticket.resolved", f"ticket/{name}", "2017-03-07", by="ann"))
    assert store.board("tickets_resolved", "2017") == {"ann": "2"}
    store.send(event("ticket.merged", "ticket/1", "2017-03-08", into="2"))
    assert store.board("tickets_resolved", "2017") == {"ann": "1"}


def lead(kind: str, when: str, **fields: object) -> Wire:
    """Return an event of lead 1."""
    return event(f"lead.{kind}", "lead/1", when, **fields)


def test_lead_response_is_split_into_assign_and_react(stores: Stores) -> None:
    """Lead response: first meaningful human touch less creation, split; an automatic answer does not
    count.
    """
    store = stores()
    store.send(
        lead("created", "2017-03-06T09:00:00Z"),
        lead("responded", "2017-03-06T09:00:05Z", human=False),
        lead("assigned", "2017-03-06T09:10:00Z", rep="ann"),
        lead("responded", "2017-03-06T09:40:00Z", by="ann", human=True),
        lead("responded", "2017-03-06T10:40:00Z", by="ann", human=True),
    )
    assert store.board("lead_response_seconds", "2017-03") == {"ann": "2430"}
    assert store.parts("lead_response_seconds", "2017-03") == {
        "assign": "630",
        "react": "1830",
        "p90": "2430",
    }


def test_lead_response_has_median_and_90th_percentile(stores: Stores) -> None:
    """Lead response: of 1 to 10 minutes the median lies between 5 and 6, and 9 of 10 take at most 9."""
    store = stores()
    for minutes in range(1, 11):
        name = f"lead/{minutes}"
        store.send(event("lead.created", name, "2017-03-06T09:00:00Z", rep="ann"))
        store.send(event("lead.responded", name, f"2017-03-06T09:{minutes:02}:00Z", human=True))
    assert store.total("lead_response_seconds", "2017-03") == "360"
    assert store.parts("lead_response_seconds", "2017-03")["p90"] == "570"


def test_lead_conversion_is_by_cohort_of_creation(stores: Stores) -> None:
    """Lead conversion: converted so far / created, on the day of creation, for the assignee."""
    store = stores()
    for name in "1234":
        store.send(event("lead.created", f"lead/{name}", "2017-03-06", rep="ann"))
    store.send(event("lead.converted", "lead/1", "2017-05-01", deal="9"))
    store.send(event("lead.rejected", "lead/2", "2017-05-01", reason="no budget"))
    assert store.board("lead_conversion", "2017-03") == {"ann": "0.25"}
    assert store.board("lead_conversion", "2017-05") == {}


def call(name: str, seconds: int | None, **fields: object) -> Wire:
    """Return a connected call of Ann."""
    said: Wire = {"kind": "call", "by": "ann", "connected": True, "duration_seconds": seconds}
    return event("activity.logged", f"activity/{name}", "2017-01-05", **(said | fields))


def test_effective_talk_time_is_connected_time_over_the_floor(stores: Stores) -> None:
    """Effective talk time: calls at or above the floor, voicemail out; the floor is the company's to set."""
    store = stores()
    store.send(call("1", 120), call("2", 119), call("3", 600, connected=False), call("4", 300), call("5", None))
    assert store.board("effective_talk_seconds", "2017-01") == {"ann": "420"}
    assert store.board("effective_calls", "2017-01") == {"ann": "2"}
    assert store.board("calls", "2017-01") == {"ann": "5"}
    store.send(configured(talk_floor_seconds=200))
    assert store.board("effective_talk_seconds", "2017-01") == {"ann": "300"}


def test_followups_on_time_are_done_by_their_due_day(stores: Stores) -> None:
    """Follow-ups: one done on its due day is on time, one done the day after is not, one never done is
    due.
    """
    store = stores()
    done = {"1": "2017-01-10", "2": "2017-01-11", "3": None, "4": "2017-01-01"}
    for name, day in done.items():
        store.send(event("followup.planned", f"activity/{name}", "2017-01-01", due="2017-01-10", by="ann"))
        if day:
            store.send(event("followup.done", f"activity/{name}", day))
    assert store.board("followups_on_time", "2017-01") == {"ann": "0.5"}
    assert store.board("followups_done", "2017-01") == {"ann": "3"}


def test_untouched_deals_have_no_touch_and_nothing_planned(stores: Stores) -> None:
    """Untouched deals: open, no touch in N days and no future follow-up; N is the company's to set."""
    store = stores(now="2017-02-01T00:00:00Z")
    for name in "12345":
        store.send(deal(name, "2017-01-01", owner="ann"))
    store.send(event("activity.logged", "activity/1", "2017-01-25", kind="email", by="ann", deal="1"))
    store.send(event("followup.planned", "activity/2", "2017-01-02", due="2017-02-10", by="ann", deal="2"))
    store.send(event("activity.logged", "activity/3", "2017-01-25", kind="note", by="ann", deal="3"))
    store.send(won("4", "2017-01-20"))
    assert store.board("untouched_deals", "this-month") == {"ann": "2"}
    assert store.asked("untouched_deals", "this-month").total.sample == 4
    store.send(configured("2017-01-01", untouched_days=40))
    assert store.board("untouched_deals", "this-month") == {"ann": "0"}


def test_a_followup_that_was_done_is_no_longer_planned(stores: Stores) -> None:
    """Untouched deals: something planned for next week that was done already keeps no deal from being
    untouched.
    """
    store = stores(now="2017-02-01T00:00:00Z")
    plan = event("followup.planned", "activity/1", "2017-01-02", due="2017-02-10", by="ann", deal="1")
    store.send(deal("1", "2017-01-01", owner="ann"), plan)
    assert store.board("untouched_deals", "today") == {"ann": "0"}
    store.send(event("followup.done", "activity/1", "2017-01-03"))
    assert store.board("untouched_deals", "today") == {"ann": "1"}


def test_untouched_days_begin_in_the_companys_zone(stores: Stores) -> None:
    """Untouched deals: a deal of 20:00 UTC on the first is one of the second in Shanghai, and waits
    from then on.
    """
    store = stores(now="2017-01-15T12:00:00Z")
    store.send(configured(zone="Asia/Shanghai"), deal("1", "2017-01-01T20:00:00Z", owner="ann"))
    assert store.board("untouched_deals", "today") == {"ann": "0"}
    store.now_us += 8 * 3_600_000_000
    assert store.board("untouched_deals", "today") == {"ann": "1"}


def test_open_deals_of_people_nobody_knows_are_in_every_total(stores: Stores) -> None:
    """Untouched deals: the deals of a rep unknown so far, and of nobody, are in the rows of no team
    and the total.
    """
    store = stores()
    store.send(joined("ann", team="north"), team("north"))
    store.send(deal("1", "2017-01-01", owner="ann"), deal("2", "2017-01-01", owner="bob"), deal("3", "2017-01-01"))
    assert store.board("untouched_deals", "2017") == {"ann": "1", "bob": "1", "": "1"}
    assert store.board("untouched_deals", "2017", by="team") == {"north": "1", "": "2"}
    assert store.total("untouched_deals", "2017") == "3"


def test_record_completeness_is_filled_of_required_fields(stores: Stores) -> None:
    """Record completeness: account, amount, expected close, stage and source of open deals."""
    store = stores()
    whole: Wire = {
        "account": "a",
        "amount": "1.00",
        "expected_close": "2017-03-01",
        "stage": "new",
        "source": "fair",
    }
    store.send(deal("1", "2017-01-01", owner="ann", **whole), deal("2", "2017-01-01", owner="ann", account="a"))
    assert store.board("record_completeness", "2017") == {"ann": "0.6"}


def test_states_of_the_past_are_read_with_the_moment_of_the_view(stores: Stores) -> None:
    """Untouched deals as of the past use that moment as now."""
    store = stores()
    store.send(deal("1", "2017-01-01", owner="ann"), at="2017-01-02T00:00:00Z")
    store.send(joined("eve"), at="2018-01-01T00:00:00Z")
    assert store.board("untouched_deals", "2017", as_of("2017-01-10T00:00:00Z")) == {"ann": "0"}
    assert store.board("untouched_deals", "2017", happened_by("2017-01-20T00:00:00Z"))["ann"] == "1"
