"""Rules 18 to 20 of the journal: names apart from numbers, duplicates, and what can be compared."""

import pytest

from tests.builders import (
    SOURCE,
    Wire,
    configured,
    deal,
    event,
    joined,
    lost,
    order,
    rate,
    stage,
    team,
    won,
)
from tests.homes import Stores

SECRET = "Ada Lovelace-Zuckerberg"


def test_rule_18_free_text_is_in_no_state_no_posting_and_no_data_column(stores: Stores) -> None:
    """Rule 18: a name or a note is kept in the column that can be erased, and in the profile, nowhere
    else.
    """
    store = stores()
    store.send(
        joined("r1", name=SECRET, email=f"{SECRET}@example.org"),
        event("account.created", "account/a", "2017-01-01", name=SECRET),
        deal("1", "2017-01-01", owner="r1", title=SECRET),
        event("deal.noted", "deal/1", "2017-01-02", text=SECRET, author="r1"),
        event("ticket.opened", "ticket/1", "2017-01-02", title=SECRET),
        deal("2", "2017-01-01", unheard_of=SECRET),
    )
    for table, kept in (
        ("roots", "subject, state"),
        ("journal", "rep, dims, subject"),
        ("cells", "rep, dims"),
    ):
        rows = store.home.connection.execute(f"SELECT {kept} FROM {table}").fetchall()
        assert rows
        assert not any(SECRET in str(value) or SECRET.encode() in bytes_of(value) for row in rows for value in row)
    rows = store.home.connection.execute("SELECT data, text FROM events").fetchall()
    assert len(rows) == 6
    assert all(SECRET.encode() not in data and SECRET.encode() in text for data, text in rows)


def bytes_of(value: object) -> bytes:
    """Return a value of the store as bytes."""
    return value if isinstance(value, bytes) else str(value).encode()


def test_rule_18_erased_text_changes_no_number(stores: Stores) -> None:
    """Rule 18: with every text erased a replay has the same states, cells and journal."""
    store = stores()
    store.send(joined("ann", name=SECRET), deal("1", "2017-01-01", owner="ann", title=SECRET), won("1", "2017-01-02"))
    store.send(event("deal.noted", "deal/1", "2017-01-03", text=SECRET), deal("2", "2017-01-01", unheard_of=SECRET))
    before = store.dump()
    store.home.connection.execute("UPDATE events SET text = NULL")
    dump, _ = store.replayed()
    assert dump == before


def test_rule_18_undated_membership_holds_from_the_beginning(stores: Stores) -> None:
    """Rule 18: a team without a date holds until the first dated change; no team gives the row "no team"."""
    store = stores()
    store.send(joined("ann", "2017-06-01", team="north"), team("north"), team("south"))
    store.send(event("rep.team_changed", "rep/ann", "2017-03-01", team="south"))
    store.send(event("rep.team_changed", "rep/ann", "2017-03-01", {"sequence": 1}, team=None, from_day="2017-05-01"))
    store.send(order("1", "2016-01-15"), order("2", "2017-03-01"), order("3", "2017-06-01"))
    assert store.board("won_amount", "2016", by="team") == {"north": "10.00 USD", "south": "0.00 USD"}
    found = store.board("won_amount", "2017", by="team")
    assert found == {"north": "0.00 USD", "south": "10.00 USD", "": "10.00 USD"}


def test_rule_19_a_repeated_event_changes_nothing(stores: Stores) -> None:
    """Rule 19: the same (source, id) with the same content is a duplicate, in one batch and in the next."""
    store = stores()
    events = order("1", "2017-01-01")
    store.send(events, events)
    before = store.dump(), store.journal()
    outcomes = store.send(events)
    assert [(outcome.kind, outcome.position) for outcome in outcomes] == [("duplicate", 1), ("duplicate", 2)]
    assert (store.dump(), store.journal()) == before
    assert store.count("dead_letters") == 0


@pytest.mark.parametrize(
    "other",
    [
        {"time": "2017-01-02T00:00:00Z"},
        {"subject": "deal/2"},
        {"type": "deal.lost"},
        {"data": {"amount": "1.00"}},
        {"data": {"unheard_of": 1}},
    ],
)
def test_rule_19_the_same_id_with_other_content_is_a_conflict(stores: Stores, other: Wire) -> None:
    """Rule 19: type, subject, time and data make the content; the conflict is a dead letter and
    changes nothing.
    """
    store = stores()
    wire = won("1", "2017-01-01")
    store.send(wire)
    before = store.dump()
    (outcome,) = store.send(wire | other)
    assert (outcome.kind, outcome.reason, outcome.position) == ("conflict", "id_conflict", 1)
    assert store.dump() == before


def test_rule_19_a_conflict_within_one_batch_is_seen(stores: Stores) -> None:
    """Rule 19: of two contents under one id in one transaction the first holds."""
    store = stores()
    wire = won("1", "2017-01-01")
    outcomes = store.send(wire, wire | {"time": "2017-01-02T00:00:00Z"}, wire)
    assert [outcome.kind for outcome in outcomes] == ["applied", "conflict", "duplicate"]


@pytest.mark.parametrize(
    "stamp",
    [
        {"recordedtime": "2017-05-01T00:00:00Z"},
        {"traceparent": "00-1-2-01"},
        {"datacontenttype": "application/json"},
    ],
)
def test_rule_19_stamps_are_no_content(stores: Stores, stamp: Wire) -> None:
    """Rule 19: a delivery with another stamp is the same event."""
    store = stores()
    wire = won("1", "2017-01-01")
    store.send(wire)
    assert [outcome.kind for outcome in store.send(wire | stamp)] == ["duplicate"]


def test_rule_19_content_is_compared_after_decoding(stores: Stores) -> None:
    """Rule 19: another order of keys, another offset and a currency in lower case are the same content."""
    store = stores()
    first = won("1", "2017-01-01T08:00:00Z", amount="1.00", currency="USD") | {"id": "x"}
    again = won("1", "2017-01-01T16:00:00+08:00", currency="usd", amount="1.00") | {"id": "x"}
    store.send(first)
    assert [outcome.kind for outcome in store.send(again)] == ["duplicate"]


def test_rule_19_one_id_of_two_sources_is_two_events(stores: Stores) -> None:
    """Rule 19: ids belong to their source."""
    store = stores()
    wire = event("deal.owner_changed", "deal/1", "2017-01-01", owner="ann")
    outcomes = store.send(wire, wire | {"source": "other"})
    assert [outcome.kind for outcome in outcomes] == ["applied", "applied"]


def test_rule_19_what_was_received_is_applied_duplicate_or_a_dead_letter(stores: Stores) -> None:
    """Rule 19: received = applied + duplicate + dead letters."""
    store = stores()
    events = order("1", "2017-01-01")
    store.send(events, events[0], events[0] | {"time": "2017-01-02T00:00:00Z"}, events[1] | {"type": "deal.unheard"})
    counters = dict(
        store.home.connection.execute("SELECT name, value FROM counters WHERE source = ?", (SOURCE,)).fetchall()
    )
    assert counters["received"] == 5
    assert store.count("events") + counters["duplicate"] + store.count("dead_letters") == 5


EVERYTHING: list[Wire] = [
    joined("ann", name="Ann", team="north"),
    rate("EUR", "2017-01-01", "1.10"),
    *order("1", "2017-03-31T20:00:00Z", account="a"),
    *order("2", "2017-02-01", account="b"),
    stage("3", "2017-02-02", "offer"),
    event("account.merged", "account/a", "2017-03-01", into="b"),
    configured("2017-04-01", zone="Asia/Shanghai"),
    deal("3", "2017-02-01", owner="ann", stage="new", pipeline="p"),
    event("deal.updated", "deal/1", "2017-05-01", amount="7.00"),
    configured("2017-06-01", zone="America/New_York"),
    lost("3", "2017-06-02"),
    event("deal.merged", "deal/2", "2017-06-03", into="1"),
    event("deal.deleted", "deal/3", "2017-06-04"),
]


def test_rule_20_a_replay_is_byte_identical_to_its_home(stores: Stores) -> None:
    """Rule 20: state, cells and the full journal with positions and moments equal their replay, rules
    versions too.
    """
    store = stores()
    store.send(EVERYTHING, batch=1)
    dump, journal = store.replayed()
    assert dump == store.dump()
    assert journal == store.journal()
    assert {row[0] for row in journal} == {1, 2, 3}


def test_rule_20_verify_finds_nothing_and_finds_a_tampered_cell(stores: Stores) -> None:
    """Rule 20: state, journal and cells are disposable: a store equals its own replay until somebody
    changes it.
    """
    store = stores()
    store.send(EVERYTHING[:6], batch=2)
    store.restart()
    store.send(EVERYTHING[6:], batch=2)
    assert store.differing() == []
    store.home.connection.execute("UPDATE cells SET amount = amount + 1 WHERE span = 'day' AND measure = 'won'")
    assert store.differing() == ["cells"]


def test_rule_20_homes_with_other_orders_of_arrival_are_equal_but_for_their_positions(stores: Stores) -> None:
    """Rule 20: state, cells and the journal summed by posting key are byte-identical between homes."""
    events = [wire for wire in EVERYTHING if wire["type"] != "company.configured"]
    one, other = stores(), stores()
    one.send(events)
    other.send(reversed(events), batch=3)
    assert one.dump() == other.dump()
    assert one.journal() != other.journal()


def test_rule_20_a_restart_changes_nothing(stores: Stores) -> None:
    """Rule 20: a home that is opened again has the same state, cells and journal, and goes on from there."""
    store, whole = stores(), stores()
    store.send(EVERYTHING[:5])
    before = store.dump()
    assert store.dump(restart=True) == before
    store.send(EVERYTHING[5:], batch=1)
    whole.send(EVERYTHING, batch=1)
    assert (store.dump(), store.journal()) == (whole.dump(), whole.journal())
