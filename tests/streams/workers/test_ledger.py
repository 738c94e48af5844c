"""The ledger of a worker: offsets move with events, whoever else reads the same log."""

from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest

from streams.ledger.accounting import accounting
from streams.ledger.jobs import Job
from streams.projection.submission import Outcome
from streams.store.offsets import read_offsets
from streams.store.postgres import make_store, open_postgres
from streams.workers.ledger import LogLedger
from streams.workers.offsets import Hole, Record, Span
from tests.builders import accepted, deal
from tests.databases import temporary_database
from tests.stores import NOW, us

NOW_US = us(NOW)
PLACE = ("deals", 0)


@pytest.fixture
def address() -> Iterator[str]:
    """Give the address of an empty store."""
    with temporary_database("store", make_store) as found:
        yield found


def span(begin: int, end: int) -> Span:
    """Return a span with one event at each offset."""
    records = [Record(offset, [accepted(deal(f"D{offset}", "2017-01-01"))]) for offset in range(begin, end)]
    return Span(place=PLACE, begin=begin, end=end, records=records)


def opened(address: str) -> LogLedger:
    """Return a ledger on a connection of its own."""
    return LogLedger(open_postgres(address), now_us=NOW_US)


def test_what_is_redelivered_is_not_received_again(address: str) -> None:
    """Records that the store has are skipped and counted nowhere; those behind them are applied."""
    with closing(opened(address)) as ledger:
        assert len(ledger.take([span(0, 3)], NOW_US)) == 3
        assert ledger.take([span(0, 3)], NOW_US) == []
        assert len(ledger.take([span(1, 5)], NOW_US)) == 2
        found = accounting(ledger.connection)
        assert (found.received, found.applied, found.duplicate) == (5, 5, 0)
        assert read_offsets(ledger.connection) == {PLACE: 5}


def test_a_hole_stores_nothing(address: str) -> None:
    """A span that does not follow is refused as a whole."""
    with closing(opened(address)) as ledger:
        with pytest.raises(Hole):
            ledger.take([span(0, 2), span(4, 5)], NOW_US)
        assert accounting(ledger.connection).received == 0
        assert read_offsets(ledger.connection) == {}


class Sleeper(LogLedger):
    """Sleeps between folding and its turn, as a process does that was stopped; another reads the same meanwhile."""

    other: LogLedger | None = None
    theirs: Span

    def _fold(self, jobs: Sequence[Job], now_us: int) -> list[list[Outcome]]:
        found = super()._fold(jobs, now_us)
        other, self.other = self.other, None
        if other is not None:
            other.take([self.theirs], NOW_US)
        return found


@pytest.mark.parametrize(("theirs", "left"), [((0, 3), 2), ((0, 5), 0), ((0, 8), 0)])
def test_who_wakes_up_late_applies_what_is_left(address: str, theirs: tuple[int, int], left: int) -> None:
    """A batch that another has read meanwhile, in part or as a whole, is cut within the turn."""
    sleeper = Sleeper(open_postgres(address), now_us=NOW_US)
    with closing(sleeper), closing(opened(address)) as other:
        sleeper.other, sleeper.theirs = other, span(*theirs)
        assert len(sleeper.take([span(0, 5)], NOW_US)) == left
        assert sleeper.other is None
        found = accounting(other.connection)
        most = max(5, theirs[1])
        assert (found.received, found.applied) == (most, most)
        assert read_offsets(other.connection) == {PLACE: most}


def test_a_trial_stores_nothing(address: str) -> None:
    """Trying whether something could be stored leaves no trace."""
    with closing(opened(address)) as ledger:
        one = span(0, 3)
        items = [item for record in one.records for item in record.items]
        assert ledger.trial([one], items, NOW_US, {}) is None
        assert accounting(ledger.connection).received == 0
        assert len(ledger.take([one], NOW_US)) == 3
