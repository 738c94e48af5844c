"""P24 in Postgres: a backup taken while events are written restores into either kind, and catches up."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from services.events.decode import read
from streams.embedded.backup import carry_out
from streams.embedded.home import STORE, Home
from streams.history.verify import verify
from streams.ledger.accounting import accounting
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.scaled.filling import fill
from streams.store.postgres import make_store, open_postgres
from streams.store.sqlite import open_reader
from tests.databases import temporary_database
from tests.faults.soundness import check_sound
from tests.faults.traffic import Facts, batches
from tests.stores import Wire, dump_of, us

NOW_US = us("2040-01-01T00:00:00Z")
BATCH_EVENTS = 200


class Busy:
    """A store in Postgres that a thread writes without a pause from `start` to `stop`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.facts = Facts(seed=42, deals=2_000)
        self.sent: list[Wire] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.wrote = threading.Semaphore(0)

    def send(self, ledger: Ledger, count: int) -> None:
        """Send new events."""
        for batch in batches(self.facts.take(count), BATCH_EVENTS):
            ledger.apply([Job(items=[read(wire, now_us=NOW_US) for wire in batch])], NOW_US)
            self.sent.extend(batch)

    def _run(self) -> None:
        with closing(open_postgres(self.address)) as connection:
            ledger = Ledger(connection, now_us=NOW_US)
            while not self._stopping.is_set():
                self.send(ledger, BATCH_EVENTS)
                self.wrote.release()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write until the body is done."""
        self._thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._thread.join()


def back_up_and_restore(address: str, other: str, folder: Path, events: int) -> None:
    """Back up under load, restore into a file and a database, send everything since again: equal numbers."""
    busy = Busy(address)
    with closing(open_postgres(address)) as connection:
        busy.send(Ledger(connection, now_us=NOW_US), events)
        with busy.writing(), connection.snapshot():
            assert accounting(connection).gap == 0
            before = len(busy.sent)
            # Somebody has written since the picture was taken, and goes on while it is copied.
            for _ in range(2):
                busy.wrote.acquire()
            kept = carry_out(connection, folder / "copy.db")
        assert events <= kept <= before + 2 * BATCH_EVENTS < len(busy.sent)
        expected = dump_of(connection)
    since = busy.sent[kept - BATCH_EVENTS :]
    (folder / "there").mkdir()
    (folder / "there" / STORE).write_bytes((folder / "copy.db").read_bytes())
    with closing(Home(folder / "there", now_us=NOW_US)) as home:
        check_sound(home.connection, busy.sent[:kept])
        _catch_up(home, since)
        check_sound(home.connection, busy.sent)
        assert dump_of(home.connection) == expected
    with closing(open_reader(folder / "copy.db")) as copy, copy.snapshot():
        assert fill(other, copy) == kept
    with closing(open_postgres(other)) as connection:
        _catch_up(Ledger(connection, now_us=NOW_US), since)
        assert dump_of(connection) == expected
        with connection.snapshot():
            assert verify(connection).differing == []
        found = accounting(connection)
        assert (found.gap, found.applied, found.duplicate) == (0, len(busy.sent), BATCH_EVENTS)


def _catch_up(ledger: Ledger, wires: list[Wire]) -> None:
    for batch in batches(wires, BATCH_EVENTS):
        ledger.apply([Job(items=[read(wire, now_us=NOW_US) for wire in batch])], NOW_US)


def test_a_backup_of_a_busy_database_restores_to_equal_numbers(database: str, tmp_path: Path) -> None:
    """A copy of 1,000 events taken while more arrive is whole, verifies, and catches up to the last byte."""
    with temporary_database("store_made", make_store) as address:
        back_up_and_restore(address, database, tmp_path, 1_000)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
def test_a_large_backup_of_a_busy_database_restores_to_equal_numbers(database: str, tmp_path: Path) -> None:
    """The same with 100,000 events."""
    with temporary_database("store_made", make_store) as address:
        back_up_and_restore(address, database, tmp_path, 100_000)
