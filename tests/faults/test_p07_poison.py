"""P7: an event on which a rule fails neither stops nor skips the others; it is kept with its reason."""

from concurrent.futures import Future
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.events.decode import read
from streams.embedded.home import Home
from streams.ledger.deadletters import PAGE_MAX, DeadLetter, listed
from streams.ledger.jobs import Job
from streams.projection.submission import Outcome
from tests.builders import accepted, order
from tests.faults.seeded import BUGS, PoisonedShelf, bugged_home, bugged_writer, harmless, poisoned
from tests.faults.soundness import check_sound
from tests.faults.traffic import Facts, batches
from tests.stores import Wire, us

NOW_US = us("2040-01-01T00:00:00Z")


def mixed(events: int, poison: int) -> tuple[list[Wire], list[Wire]]:
    """Return deliveries with poison spread evenly among them, and those of them that are good."""
    good = [*harmless(poison), *Facts(seed=7, deals=events // 10).take(events - 2 * poison)]
    sent = list(good)
    step = len(good) // poison
    for number, wire in enumerate(poisoned(poison)):
        sent.insert(poison + number * (step - 1), wire)
    return sent, good


def write(home: Home, sent: list[Wire], bug: str = "") -> list[Outcome]:
    """Hand deliveries to a writer over a poisoned home, and return what became of each."""
    home.projector.shelf = PoisonedShelf.of(home.projector.shelf)
    writer = bugged_writer(home, lambda: NOW_US, BUGS[bug])
    writer.start()
    futures: list[Future[list[Outcome]]] = [
        writer.submit(Job(items=[read(wire, now_us=NOW_US) for wire in batch])) for batch in batches(sent, 50)
    ]
    outcomes = [outcome for future in futures for outcome in future.result()]
    assert writer.waiting == 0
    writer.stop()
    return outcomes


def letters_of(home: Home) -> list[DeadLetter]:
    """Return all open dead letters."""
    found: list[DeadLetter] = []
    while page := listed(home.connection, after=found[-1].id if found else 0, limit=PAGE_MAX):
        found.extend(page)
    return found


def poison_is_put_aside(folder: Path, events: int, poison: int) -> None:
    """Send poison among good events: these are all applied, and each of those is a dead letter with its reason."""
    home = Home(folder, now_us=NOW_US)
    sent, good = mixed(events, poison)
    outcomes = write(home, sent)
    assert len(outcomes) == events
    letters = letters_of(home)
    assert {letter.event_id for letter in letters} == {wire["id"] for wire in poisoned(poison)}
    assert {(letter.kind, letter.reason, letter.attempts) for letter in letters} == {("failed", "rule_failed", 1)}
    assert all(letter.detail.startswith("ZeroDivisionError: a rule that nobody tried") for letter in letters)
    found = check_sound(home.connection, good)
    assert (found.applied, found.dead_letters) == (events - poison, poison)
    home.close()


def test_poison_stops_nothing(tmp_path: Path) -> None:
    """100 poisonous events among 10,000: 9,900 are applied and 100 are dead letters with their reason."""
    poison_is_put_aside(tmp_path, 10_000, 100)


@pytest.mark.nightly
def test_much_poison_stops_nothing(tmp_path: Path) -> None:
    """1,000 poisonous events among 100,000: 99,000 are applied and 1,000 are dead letters with their reason."""
    poison_is_put_aside(tmp_path, 100_000, 1_000)


def test_swallowing_the_failure_is_caught(tmp_path: Path) -> None:
    """Control: a projector that swallows the exception falls short of dead letters, and the harness sees it."""
    home = bugged_home(tmp_path, NOW_US, BUGS["swallowed"], kind=Home)
    write(home, mixed(1_000, 10)[0])
    assert len(letters_of(home)) < 10
    home.close()


def test_a_sender_that_goes_away_stops_nothing(tmp_path: Path) -> None:
    """What was handed over cannot be taken back: it is written, and so is what comes after it."""
    home = Home(tmp_path, now_us=NOW_US)
    writer = bugged_writer(home, lambda: NOW_US, BUGS[""])
    futures = [writer.submit(Job(items=[accepted(wire)])) for wire in order("A", "2017-01-01")]
    assert not futures[0].cancel()
    writer.start()
    assert [future.result()[0].kind for future in futures] == ["applied", "applied"]
    writer.stop()
    home.close()


def test_what_cannot_be_written_fails_alone(tmp_path: Path) -> None:
    """A job with a number that no column can hold fails; those written in one transaction with it, and after it,
    do not.
    """
    home = Home(tmp_path, now_us=NOW_US)
    huge = [replace(accepted(wire), sequence=2**70) for wire in order("huge", "2017-01-01")]
    jobs = [Job(items=[accepted(wire) for wire in order("A", "2017-01-01")]), Job(items=huge)]
    jobs.append(Job(items=[accepted(wire) for wire in order("B", "2017-01-01")]))
    writer = bugged_writer(home, lambda: NOW_US, BUGS[""])
    good, bad, other = [writer.submit(job) for job in jobs]
    writer.start()
    assert {outcome.kind for future in (good, other) for outcome in future.result()} == {"applied"}
    assert isinstance(bad.exception(), OverflowError)
    writer.stop()
    check_sound(home.connection, [*order("A", "2017-01-01"), *order("B", "2017-01-01")])
    home.close()
