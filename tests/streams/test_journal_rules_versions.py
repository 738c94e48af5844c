"""Rules 16 and 17 of the journal: rules versions, and configuration that is events."""

from tests.builders import (
    Wire,
    as_of,
    configured,
    event,
    happened_by,
    joined,
    order,
    pipeline,
    quota,
    rate,
    team,
)
from tests.homes import Stores

EVENING: list[Wire] = order("1", "2017-03-31T20:00:00Z")


def test_rule_16_a_change_of_zone_is_folded_anew_beside_the_old(stores: Stores) -> None:
    """Rule 16: after the company moves to Shanghai a win of 20:00 UTC counts on the next day, for ever
    before too.
    """
    store = stores()
    store.send(EVENING)
    assert store.board("won_amount", "2017-03") == {"ann": "10.00 USD"}
    store.send(configured("2017-06-01", zone="Asia/Shanghai"))
    assert store.board("won_amount", "2017-03") == {}
    assert store.board("won_amount", "2017-04") == {"ann": "10.00 USD"}
    found = store.home.connection.execute("SELECT rules, day FROM journal WHERE measure = 'won'").fetchall()
    assert sorted(rules for rules, _ in found) == [1, 2]


def test_rule_16_as_of_reads_the_version_active_then(stores: Stores) -> None:
    """Rule 16: as of the day before the move the win still counts in March, under the old version."""
    store = stores()
    store.send(EVENING, at="2017-04-01T00:00:00Z")
    store.send(configured("2017-06-01", zone="Asia/Shanghai"), at="2017-06-01T12:00:00Z")
    then = as_of("2017-05-01T00:00:00Z")
    assert store.board("won_amount", "2017-03", then) == {"ann": "10.00 USD"}
    assert store.asked("won_amount", "2017-03").rules == 2
    assert store.board("won_amount", "2017-03") == {}
    assert store.board("won_amount", "2017-04", happened_by("2017-05-01T00:00:00Z")) == {"ann": "10.00 USD"}


def test_rule_16_events_after_the_change_are_posted_under_the_new_version_alone(stores: Stores) -> None:
    """Rule 16: the old version stays as it was when the new one became active."""
    store = stores()
    store.send(EVENING, configured("2017-06-01", zone="Asia/Shanghai"))
    before = [row for row in store.dump().journal if row[0] == 1]
    store.send(order("2", "2017-07-01"))
    assert [row for row in store.dump().journal if row[0] == 1] == before
    assert store.total("won_amount", "2017") == "20.00 USD"


def test_rule_16_the_activation_is_an_event_of_its_own(stores: Stores) -> None:
    """Rule 16: Paceline writes down zone, time zone data and definitions of the version that became
    active.
    """
    store = stores()
    store.send(configured("2017-06-01", zone="Asia/Shanghai"))
    rows = store.home.connection.execute("SELECT source, type, data FROM events WHERE type LIKE 'rules%'").fetchall()
    assert [(source, kind) for source, kind, _ in rows] == [("paceline", "rules.activated")]
    assert b'"zone":"Asia/Shanghai"' in rows[0][2]
    versions = store.home.connection.execute("SELECT no, zone FROM rules ORDER BY no").fetchall()
    assert versions == [(1, "UTC"), (2, "Asia/Shanghai")]


def test_rule_16_new_time_zone_data_make_a_version_at_the_next_start(stores: Stores) -> None:
    """Rule 16: the time zone data is part of the version: another one at the start folds everything
    anew, once.
    """
    store = stores()
    store.send(EVENING)
    store.home.connection.execute("UPDATE rules SET tzdata = '1999z'")
    store.restart()
    store.restart()
    assert store.count("rules") == 2
    assert store.board("won_amount", "2017-03") == {"ann": "10.00 USD"}
    assert store.asked("won_amount", "2017-03").rules == 2


def test_rule_16_settings_that_cut_no_days_make_no_version(stores: Stores) -> None:
    """Rule 16: a new currency or fiscal calendar is joined when boards are read, and nothing is folded
    anew.
    """
    store = stores()
    store.send(EVENING, configured("2017-06-01", currency="EUR", fiscal={"kind": "months", "first_month": 4}))
    assert store.count("rules") == 1


def test_rule_16_a_new_version_equals_a_store_that_always_had_its_zone(stores: Stores) -> None:
    """Rule 16: the refold gives the same lines under the new version as if the zone had been set first."""
    late, early = stores(), stores()
    events = [
        *EVENING,
        *order("2", "2017-01-01"),
        event("deal.updated", "deal/1", "2017-05-01", amount="7.00"),
    ]
    late.send(events, configured("2017-06-01", zone="Asia/Shanghai"))
    early.send(configured("2017-06-01", zone="Asia/Shanghai"))
    early.send(events)
    assert [row for row in late.dump().cells if row[0] == 2] == [row for row in early.dump().cells if row[0] == 2]
    assert [row for row in late.dump().journal if row[0] == 2] == early.dump().journal


CONFIGURATION: list[Wire] = [
    configured("2016-01-01", zone="Europe/Berlin", currency="EUR", week_start=7, untouched_days=30),
    event("calendar.defined", "company/main", "2016-01-02", holidays=["2017-01-02"]),
    pipeline("p", "new", "offer"),
    team("north"),
    team("berlin", parent="north"),
    joined("ann", team="berlin"),
    quota("q", "100.00", "2017-Q1", rep="ann"),
    rate("USD", "2017-01-01", "0.9", to="EUR"),
]


def test_rule_17_the_log_alone_gives_the_numbers(stores: Stores) -> None:
    """Rule 17: zone, currency, teams, quotas and rates come from events: a replay of the log has the
    same boards.
    """
    store = stores()
    store.send(CONFIGURATION, order("1", "2017-03-01"))
    assert store.board("won_amount", "2017-Q1", by="team") == {"north": "9.00 EUR", "berlin": "9.00 EUR"}
    assert store.board("quota_attainment", "2017-Q1") == {"ann": "0.1"}
    dump, journal = store.replayed()
    assert dump == store.dump()
    assert journal == store.journal()


def test_rule_17_configuration_may_come_last(stores: Stores) -> None:
    """Rule 17: configuration that arrives after the deals gives the same boards as when it came first."""
    first, last = stores(), stores()
    first.send(CONFIGURATION, order("1", "2017-03-01"))
    last.send(order("1", "2017-03-01"), CONFIGURATION)
    for metric in ("won_amount", "quota_attainment", "pace", "deals_won"):
        for by in ("rep", "team"):
            assert first.board(metric, "2017-Q1", by="rep" if by == "rep" else "team") == last.board(
                metric, "2017-Q1", by="rep" if by == "rep" else "team"
            )
