"""P25: a store of the first schema is upgraded while events arrive and boards are read; nothing is lost or changed."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.cli.home import ServerSilent, over_http
from api.cluster.ports import free_port
from services.events.decode import read
from streams.embedded.home import STORE, Home
from streams.history.verify import verify
from streams.ledger.accounting import accounting
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.scaled.filling import fill
from streams.store.connection import Connection, StoreFailed
from streams.store.migrations.database import move_database, upgrade_database
from streams.store.migrations.moving import move_file
from streams.store.postgres import StoreOther, open_postgres
from streams.store.schema import FIRST
from streams.store.sqlite import StoreOlder, connect, open_reader
from tests.api.servers import program
from tests.builders import order
from tests.faults.traffic import Facts, batches
from tests.stores import Row, Wire, us

NOW_US = us("2040-01-01T00:00:00Z")
OLD_CELLS = (
    "SELECT COUNT(*), SUM(n), SUM(count_bp), SUM(amount), MIN(rep), MAX(rep), SUM(start * n) "
    "FROM cells WHERE rep <> 'new'"
)
SENDERS = 2
LOADING_SECONDS = 300
Send = Callable[[list[Wire]], None]


@dataclass(slots=True)
class Traffic:
    """Senders that send a batch until it is taken, and a reader of what the old events count for."""

    send: Send
    opened: Callable[[], Connection]
    old: Row
    taken: list[str] = field(default_factory=list)
    refused: int = 0
    readings: int = 0
    wrong: list[object] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Send and read while the body runs, and until something was taken and read afterwards."""
        threads = [threading.Thread(target=self._send, args=(number,)) for number in range(SENDERS)]
        threads.append(threading.Thread(target=self._read))
        for thread in threads:
            thread.start()
        try:
            self._wait(lambda: self.refused > SENDERS)
            yield
            sent, found = len(self.taken), self.readings
            self._wait(lambda: len(self.taken) > sent + 20 and self.readings > found + 2)
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()

    def _wait(self, reached: Callable[[], bool]) -> None:
        while not reached() and not self.wrong:
            time.sleep(0.01)

    def _send(self, sender: int) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            wires = order(f"new{sender}-{number}", "2012-03-01", owner="new")
            while not self.stopping.is_set() and not self._taken(wires):
                self.refused += 1

    def _taken(self, wires: list[Wire]) -> bool:
        try:
            self.send(wires)
        except (ServerSilent, StoreOther, StoreFailed):
            return False
        except Exception as error:
            self.wrong.append(error)
            return True
        self.taken.extend(str(wire["id"]) for wire in wires)
        return True

    def _read(self) -> None:
        while not self.stopping.is_set():
            with suppress(StoreOlder, StoreOther, StoreFailed), closing(self.opened()) as connection:
                found = tuple(connection.execute(OLD_CELLS).fetchone())
                self.readings += 1
                if found != self.old:
                    self.wrong.append(found)

    def check(self, connection: Connection, events: int) -> None:
        """Check that everything taken is there once, that all is accounted for, and that the numbers follow."""
        assert self.wrong == []
        assert tuple(connection.execute(OLD_CELLS).fetchone()) == self.old
        ids = [name for (name,) in connection.execute("SELECT id FROM events WHERE position > ?", (events,))]
        assert len(ids) == len(set(ids))
        assert set(self.taken) <= set(ids)
        found = accounting(connection)
        assert found.gap == 0 and found.dead_letters == 0
        with connection.snapshot():
            assert verify(connection).differing == []


def loaded(folder: Path, events: int) -> tuple[int, Row]:
    """Make a store with so many events, or as many as there is time for; return how many, and what they count for."""
    facts, until = Facts(seed=25, deals=max(events // 20, 10), step_seconds=300), time.monotonic() + LOADING_SECONDS
    with closing(Home(folder, now_us=NOW_US)) as home:
        while home.projector.position < events and time.monotonic() < until:
            for batch in batches(facts.take(1_000), 1_000):
                home.apply([Job(items=[read(wire, now_us=NOW_US) for wire in batch])], NOW_US)
            home.tidy()
        return home.projector.position, tuple(home.connection.execute(OLD_CELLS).fetchone())


def upgrade_file(folder: Path, events: int) -> int:
    """Start a server on a file of schema 1 while senders knock and a board is read."""
    events, old = loaded(folder, events)
    move_file(folder / STORE, FIRST)
    with closing(connect(folder / STORE)) as connection:
        connection.execute("DROP TABLE alembic_version")
    port = free_port()
    url = f"http://127.0.0.1:{port}"

    def send(wires: list[Wire]) -> None:
        assert over_http(url, wires) == ["applied"] * len(wires)

    traffic = Traffic(send, lambda: open_reader(folder / STORE), old)
    with traffic.flowing():
        server = program(folder, "serve", "--port", str(port))
        running = server.__enter__()
    server.__exit__(None, None, None)
    assert "before-upgrade" in running.said
    with closing(open_reader(folder / STORE)) as connection:
        traffic.check(connection, events)
    return events


def upgrade_postgres(folder: Path, address: str, events: int) -> int:
    """Upgrade a database of schema 1 while workers of the new version wait for it and a board is read."""
    events, old = loaded(folder, events)
    with closing(open_reader(folder / STORE)) as source, source.snapshot():
        fill(address, source)
    move_database(address, FIRST)

    def send(wires: list[Wire]) -> None:
        with closing(open_postgres(address)) as connection:
            ledger = Ledger(connection, now_us=NOW_US)
            ledger.apply([Job(items=[read(wire, now_us=NOW_US) for wire in wires])], NOW_US)

    traffic = Traffic(send, lambda: open_postgres(address), old)
    with traffic.flowing():
        assert upgrade_database(address) == FIRST
    with closing(open_postgres(address)) as connection:
        traffic.check(connection, events)
    return events


def test_a_file_is_upgraded_under_traffic(tmp_path: Path) -> None:
    """1,000 events: what is sent while the server comes up is taken once, and the old numbers stay."""
    upgrade_file(tmp_path, 1_000)


def test_a_database_is_upgraded_under_traffic(tmp_path: Path, database: str) -> None:
    """1,000 events: workers are refused clearly until it is done, then go on; nobody sees a wrong number."""
    upgrade_postgres(tmp_path, database, 1_000)


def test_a_reader_that_sees_other_numbers_is_caught(tmp_path: Path) -> None:
    """Control: had the upgrade changed what the old events count for, the harness would say so."""
    loaded(tmp_path, 1_000)
    traffic = Traffic(lambda _: None, lambda: open_reader(tmp_path / STORE), (0,))
    traffic.refused = SENDERS + 1
    with traffic.flowing():
        pass
    assert traffic.wrong


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
def test_a_large_file_is_upgraded_under_traffic(tmp_path: Path) -> None:
    """The same with a million events, or as many as can be loaded in five minutes."""
    print(upgrade_file(tmp_path, 1_000_000), "events")


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
def test_a_large_database_is_upgraded_under_traffic(tmp_path: Path, database: str) -> None:
    """The same with a million events, or as many as can be loaded in five minutes."""
    print(upgrade_postgres(tmp_path, database, 1_000_000), "events")
