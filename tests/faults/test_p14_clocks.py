"""P14: clocks that are wrong, the sender's or the server's, bend no order, no duration and no number."""

import random
from itertools import pairwise
from pathlib import Path

import pytest

from streams.embedded.home import Home
from tests.api.houses import Clock
from tests.builders import deal, event, stage, won
from tests.faults.houses import later, running
from tests.faults.seeded import BUGS, seed
from tests.faults.soundness import check_sound
from tests.faults.traffic import Facts
from tests.stores import Store, Wire, dump_of, us

HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000
# Lines of the journal whose `value` is a duration, in days or in buckets.
DURATIONS = ("cycle", "left", "lead_assign", "lead_response", "lead_react", "first_reply", "resolution")


def test_the_order_is_that_of_the_senders_clocks_and_not_of_arrival(tmp_path: Path) -> None:
    """Rule 2 with senders ten minutes or ten years off: every order of arrival gives the same states and sums."""
    facts = [late(fact, number) for number, fact in enumerate(Facts(seed=14, deals=40).take(600))]
    sent, shuffled = Store(tmp_path / "sent"), Store(tmp_path / "shuffled")
    sent.send(facts)
    random.Random(14).shuffle(facts)
    shuffled.send(facts, batch=50)
    assert sent.dump() == shuffled.dump()
    check_sound(shuffled.home.connection, facts)
    sent.home.close()
    shuffled.home.close()


def late(fact: Wire, number: int) -> Wire:
    """Return a fact as told by a clock that is ten minutes fast or slow, or ten years slow."""
    year, rest = str(fact["time"]).split("-", 1)
    shifted = {0: f"{int(year) - 10}-{rest}", 1: fact["time"], 2: fact["time"]}[number % 3]
    minutes = ":07" if number % 2 else ":53"
    return fact | {"time": str(shifted)[:13] + minutes + str(shifted)[16:]}


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(-315_576_000, 202), (-600, 202), (600, 202), (601, 422), (315_576_000, 422)],
    ids=["ten years slow", "ten minutes slow", "ten minutes fast", "more than that", "ten years fast"],
)
async def test_a_clock_may_be_ten_minutes_fast(tmp_path: Path, seconds: int, status: int) -> None:
    """What lies ten minutes ahead is taken, what lies further is refused and counted, and the past is taken."""
    clock = Clock(us("2040-01-01T00:00:00Z") - seconds * 1_000_000)
    async with running(tmp_path, clock) as site:
        answer = await site.send(deal("A", "2040-01-01T00:00:00Z", owner="ann"))
        assert answer.status_code == status
        if status == 422:
            assert answer.json()["errors"][0]["code"] == "time_future"
        found = check_sound(site.house.questions.connection())
        assert (found.applied, found.rejected) == ((1, 0) if status == 202 else (0, 1))


def test_no_duration_is_negative(tmp_path: Path) -> None:
    """Two systems that disagree on the time let nothing last less than no time at all."""
    store = Store(tmp_path)
    early, late_ = "2017-03-01T09:00:00Z", "2017-03-04T09:00:00Z"
    store.send(
        event("lead.created", "lead/L", late_, rep="ann"),
        event("lead.responded", "lead/L", early, human=True, by="ann"),
        event("ticket.opened", "ticket/T", late_),
        event("ticket.replied", "ticket/T", early, public=True, by="ann"),
        event("ticket.resolved", "ticket/T", early, by="ann"),
        deal("X", late_, owner="ann", amount="1.00", currency="USD", pipeline="main", stage="new"),
        stage("X", early, "offered"),
        won("X", early),
        deal("Y", late_, owner="ann", amount="1.00", currency="USD"),
        won("Y", late_, closed_on="2017-02-01"),
    )
    marks = ",".join("?" * len(DURATIONS))
    rows = store.home.connection.execute(f"SELECT measure, value FROM journal WHERE measure IN ({marks})", DURATIONS)
    found = rows.fetchall()
    assert {"cycle", "resolution"} <= {measure for measure, _ in found}
    assert [row for row in found if row[1] < 0] == []
    assert store.total("sales_cycle_days", "2017") == "0"
    store.home.close()


async def jump(folder: Path, events: int) -> None:
    """Let the server's clock jump back an hour halfway; the journal goes on as if it had stood still."""
    clock = later()
    facts = Facts(seed=14, deals=events // 10).take(events)
    near = deal("near", "2039-12-31T23:59:00Z", owner="ann")
    async with running(folder, clock) as site:
        for place in range(0, events, 100):
            if place == events // 200 * 100:
                clock.now_us -= HOUR_US
                assert (await site.send(near)).status_code == 422
            clock.now_us += MINUTE_US // 100
            assert (await site.send_batch(facts[place : place + 100])).status_code == 202
        clock.now_us += HOUR_US
        assert (await site.send(near)).status_code == 202
        for place in range(0, events, 100):
            assert (await site.send_batch(facts[place : place + 100])).json()["duplicate"] == 100
    home = Home(folder, now_us=clock())
    assert grows(home)
    found = check_sound(home.connection, [*facts, near])
    assert (found.applied, found.duplicate, found.rejected) == (events + 1, events, 1)
    straight = Store(folder / "straight", now="2040-01-01T00:00:00Z")
    straight.send(facts, near)
    assert dump_of(home.connection) == straight.dump()
    straight.home.close()
    home.close()


def grows(home: Home) -> bool:
    """Return whether each event was applied later than the one before."""
    rows = home.connection.execute("SELECT applied_us FROM events ORDER BY position").fetchall()
    return all(before < after for before, after in pairwise(rows))


def test_trusting_the_servers_clock_is_caught(tmp_path: Path) -> None:
    """Control: a projector that believes the clock goes back in time, and the harness sees it."""
    store = Store(tmp_path)
    seed(store.home, BUGS["trusted_clock"])
    store.send(deal("A", "2016-01-01", owner="ann"), at="2040-01-01T01:00:00Z")
    store.send(deal("B", "2016-01-01", owner="ann"), at="2040-01-01T00:00:00Z")
    assert not grows(store.home)
    store.home.close()


async def test_a_server_clock_that_jumps_back_an_hour_bends_nothing(tmp_path: Path) -> None:
    """2,000 events with a jump halfway: moments of application grow, nothing is double, the sums are the same."""
    await jump(tmp_path, 2_000)


@pytest.mark.nightly
async def test_a_server_clock_that_jumps_back_during_a_long_run_bends_nothing(tmp_path: Path) -> None:
    """100,000 events with a jump halfway."""
    await jump(tmp_path, 100_000)
