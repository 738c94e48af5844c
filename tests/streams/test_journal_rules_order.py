"""Rules 1 to 4 of the journal: the moments of an event, the order inside a root, the diff and the two pasts."""

from itertools import permutations
from pathlib import Path

import pytest

from services.deals.deal import Deal
from services.errors import BeforeTheJournal
from tests.builders import (
    Store,
    Wire,
    as_of,
    configured,
    deal,
    event,
    happened_by,
    joined,
    lost,
    order,
    stage,
    won,
)


def test_rule_1_business_day_is_cut_in_the_companys_zone(tmp_path: Path) -> None:
    """Rule 1: 23:30 UTC on the last of March is the first of April in Shanghai."""
    store = Store(tmp_path)
    store.send(configured(zone="Asia/Shanghai"), order("1", "2017-03-31T23:30:00Z"))
    assert store.board("won_amount", "2017-03") == {}
    assert store.board("won_amount", "2017-04") == {"ann": "10.00 USD"}


def test_rule_1_a_date_only_fact_keeps_its_day_in_every_zone(tmp_path: Path) -> None:
    """Rule 1: a date without a time keeps its day in the company's zone and on boards of other zones."""
    store = Store(tmp_path)
    store.send(configured(zone="America/Los_Angeles"), order("1", "2017-04-01"))
    for zone in ("America/Los_Angeles", "Asia/Shanghai", "Pacific/Kiritimati"):
        assert store.board("won_amount", "2017-04-01", zone=zone) == {"ann": "10.00 USD"}


def test_rule_1_position_grows_by_one_and_applied_never_stands_still(tmp_path: Path) -> None:
    """Rule 1: `applied_at` is max(now, last + 1 us), also when the clock goes back."""
    store = Store(tmp_path)
    store.send(order("1", "2017-03-01"), at="2017-06-01T00:00:00Z")
    store.send(order("2", "2017-03-01"), at="2017-05-01T00:00:00Z")
    rows = store.home.connection.execute(
        "SELECT position, applied_us FROM events ORDER BY position"
    ).fetchall()
    assert [position for position, _ in rows] == [1, 2, 3, 4]
    assert [applied - rows[0][1] for _, applied in rows] == [0, 1, 2, 3]


def test_rule_1_recorded_time_is_information_only(tmp_path: Path) -> None:
    """Rule 1: the door's clock moves no number."""
    store = Store(tmp_path)
    late = {"recordedtime": "2017-12-01T00:00:00Z"}
    first, second = order("1", "2017-03-01T10:00:00Z")
    store.send(first | late, second | late)
    assert (
        store.board("won_amount", "2017") == store.board("won_amount", "2017-03-01") == {"ann": "10.00 USD"}
    )


STORY: list[Wire] = [
    deal(
        "1",
        "2017-01-02T09:00:00Z",
        owner="ann",
        stage="new",
        pipeline="p",
        amount="10.00",
        currency="USD",
        account="a",
    ),
    stage("1", "2017-01-05T09:00:00Z", "offer"),
    event("deal.owner_changed", "deal/1", "2017-01-09T09:00:00Z", owner="bob"),
    won("1", "2017-02-01T09:00:00Z", amount="12.50", currency="EUR"),
    event("deal.reopened", "deal/1", "2017-02-03T09:00:00Z", stage="offer"),
    lost("1", "2017-03-01T09:00:00Z", reason="price"),
]


def test_rule_2_every_order_of_arrival_of_one_deal_gives_one_state(tmp_path: Path) -> None:
    """Rule 2: all 720 orders in which six events of a deal can arrive give the same state and summed journal."""
    wanted = None
    store = Store(tmp_path)
    tables = ("events", "event_ids", "journal", "cells", "contributions", "roots", "counters")
    for arrival in permutations(STORY):
        store.send(arrival)
        found = store.dump()
        wanted = wanted or found
        assert found == wanted
        store.home.connection.executescript(";".join(f"DELETE FROM {table}" for table in tables))
        store.home.projector.resume()
