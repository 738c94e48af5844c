"""Transfer: a store carried from a file into Postgres and back is the same store."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from services.events.decode import read
from streams.embedded.backup import BackupExists, carry_out
from streams.embedded.home import STORE
from streams.history import verify
from streams.history.transfer import StoreNotEmpty, TransferDiffers, transfer
from streams.ledger.accounting import accounting
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.submission import Outcome
from streams.scaled.filling import fill
from streams.store.connection import Connection, StoreFailed
from streams.store.postgres import PostgresConnection, open_postgres, schema_of
from streams.store.sqlite import open_reader, open_scratch, open_writer
from streams.store.tables import metadata
from tests.builders import configured, event, order
from tests.golden.release import RELEASE_1
from tests.stores import Row, Store, dump_of, journal_of, us

MORE = [
    configured("2017-06-01", zone="America/New_York"),
    event("deal.dreamt_of", "deal/one", "2017-03-01"),
    *order("one", "2017-03-01", owner="r1", title="大客户"),
]
NOW_US = us("2020-01-01T00:00:00Z")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store in a file with changes of rules and a dead letter, which stays as it is."""
    store = Store(tmp_path_factory.mktemp("file"))
    store.send(*RELEASE_1.events, *MORE)
    store.home.close()
    return store.home.path


@pytest.fixture
def source(file: Path) -> Iterator[Connection]:
    """Give what reads that store."""
    with closing(open_reader(file)) as connection, connection.snapshot():
        yield connection


def everything(connection: Connection) -> dict[str, list[Row]]:
    """Return all rows of all tables."""
    return {
        name: sorted((tuple(row) for row in connection.execute(f"SELECT * FROM {name}")), key=repr)
        for name in metadata.tables
    }


def test_a_store_goes_to_postgres_and_comes_back_the_same(source: Connection, database: str, tmp_path: Path) -> None:
    """Every row of every table is equal there and, carried back, here; so are the dumps and the full journal."""
    events = fill(database, source)
    with closing(open_postgres(database)) as there, there.snapshot():
        assert everything(there) == everything(source)
        assert (dump_of(there), journal_of(there)) == (dump_of(source), journal_of(source))
        assert verify.digests(there) == verify.digests(source)
        assert carry_out(there, tmp_path / STORE) == events == accounting(source).applied
    with closing(open_reader(tmp_path / STORE)) as back:
        assert everything(back) == everything(source)


def test_work_goes_on_where_it_was_carried(source: Connection, database: str) -> None:
    """What is sent after the move is applied behind what came along; ids that are known are duplicates."""
    events = fill(database, source)
    with closing(open_postgres(database)) as there:
        ledger = Ledger(there, now_us=NOW_US)
        again = [read(wire, now_us=NOW_US) for wire in [*RELEASE_1.events[:3], *order("new", "2018-03-01")]]
        (outcomes,) = ledger.apply([Job(items=again)], NOW_US)
        assert [one.kind for one in outcomes] == ["duplicate"] * 3 + ["applied"] * 2
        assert outcomes[-1].position == events + 2
        with there.snapshot():
            assert verify.verify(there).differing == []
        assert accounting(there).gap == 0


def test_progress_ends_at_the_total(source: Connection, database: str) -> None:
    """Rows read and rows compared add up."""
    told: list[tuple[int, int]] = []
    fill(database, source, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == 2 * sum(len(rows) for rows in everything(source).values())


def test_a_database_with_events_is_refused(source: Connection, database: str) -> None:
    """What holds something is left alone, and no password is repeated; a store that was only begun is filled."""
    with closing(PostgresConnection(database)) as begun:
        fill(database, source)
        with pytest.raises(StoreNotEmpty) as refused:
            fill(database, source)
        assert "paceline:" not in str(refused.value)
        for name in metadata.tables:
            begun.execute(f"DELETE FROM {name}")
        Ledger(begun, now_us=NOW_US).probe(NOW_US)
        assert fill(database, source) == accounting(source).applied


def test_a_file_that_exists_is_refused(source: Connection, tmp_path: Path) -> None:
    """Nothing is overwritten."""
    (tmp_path / STORE).write_text("mine")
    with pytest.raises(BackupExists):
        carry_out(source, tmp_path / STORE)
    assert (tmp_path / STORE).read_text() == "mine"


def test_a_row_that_changed_on_the_way_is_noticed(source: Connection, database: str, tmp_path: Path) -> None:
    """Control: where the target holds something else than was read, nothing is kept."""
    fill(database, source)
    with closing(PostgresConnection(database)) as there:
        trigger = (
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN NEW.amount := NEW.amount + 1; RETURN NEW; END'"
        )
        there.execute(trigger)
        there.execute("CREATE TRIGGER spoil BEFORE INSERT ON cells FOR EACH ROW EXECUTE FUNCTION spoil()")
        for name in metadata.tables:
            there.execute(f"DELETE FROM {name}")
        with pytest.raises(TransferDiffers, match="cells"):
            fill(database, source)
        assert not any(everything(there).values())


def test_what_is_killed_on_the_way_leaves_nothing(file: Path, database: str) -> None:
    """kill -9 in the middle: the database is as empty as before, without a table, and the next attempt fills it."""
    script = (
        "import os, signal, sys\n"
        "from contextlib import closing\n"
        "from pathlib import Path\n"
        "from streams.scaled.filling import fill\n"
        "from streams.store.sqlite import open_reader\n"
        "from streams.history import transfer\n"
        "transfer.TOLD_ROWS = 1\n"
        "def dying(done, total):\n"
        "    if done > int(sys.argv[3]) * total // 10:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "with closing(open_reader(Path(sys.argv[1]))) as source, source.snapshot():\n"
        "    fill(sys.argv[2], source, dying)\n"
    )
    for tenths in ("3", "9"):
        killed = subprocess.run([sys.executable, "-c", script, str(file), database, tenths], check=False)
        assert killed.returncode == -signal.SIGKILL
        with closing(PostgresConnection(database)) as there:
            _wait_until_alone(there)
            assert schema_of(there) == 0
    with closing(open_reader(file)) as source, source.snapshot():
        assert fill(database, source) == accounting(source).applied


def _wait_until_alone(connection: PostgresConnection) -> None:
    """Wait until the server has noticed who is gone."""
    others = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'paceline-migrate'"
    while connection.execute(others).fetchone():
        pass


def test_a_file_that_was_killed_on_the_way_is_begun_anew(source: Connection, tmp_path: Path) -> None:
    """The part that a killed attempt has left is no store, and is in nobody's way."""
    with closing(open_scratch(tmp_path / f"{STORE}.part")) as part, part.turn():
        part.load("facts", [("half", "of it")])
    assert not (tmp_path / STORE).exists()
    carry_out(source, tmp_path / STORE)
    assert os.listdir(tmp_path) == [STORE]
    assert (tmp_path / STORE).stat().st_mode & 0o777 == 0o600
    open_writer(tmp_path / STORE).close()


def test_replay_on_postgres_mends_what_was_damaged(source: Connection, database: str) -> None:
    """Everything derived is made again in one turn, with every change of rules, to the last byte."""
    fill(database, source)
    before = verify.digests(source)
    with closing(open_postgres(database)) as there:
        there.execute("UPDATE cells SET amount = amount + 1 WHERE measure = 'won'")
        there.execute("DELETE FROM journal WHERE measure = 'won'")
        with there.snapshot():
            assert verify.verify(there).differing == ["journal", "cells"]
        assert verify.rebuild(there) == accounting(source).applied
        with there.snapshot():
            assert verify.verify(there).differing == []
            assert verify.digests(there) == before


class Slow(Ledger):
    """Folds a batch, and comes to its turn only after the store was made again."""

    meanwhile: Callable[[], object] = int

    def _fold(self, jobs: Sequence[Job], now_us: int) -> list[list[Outcome]]:
        found = super()._fold(jobs, now_us)
        self.meanwhile()
        self.meanwhile = int
        return found


def test_what_was_folded_onto_damage_is_folded_again(source: Connection, database: str) -> None:
    """A worker that had read a damaged state before a replay writes what follows from the mended one."""
    fill(database, source)
    with closing(open_postgres(database)) as there, closing(open_postgres(database)) as mending:
        there.execute(
            "UPDATE roots SET state = (SELECT state FROM roots WHERE subject = 'deal/d1') WHERE subject = ?",
            ("deal/one",),
        )
        slow = Slow(there, now_us=NOW_US)
        slow.meanwhile = lambda: verify.rebuild(mending)
        wire = event("deal.updated", "deal/one", "2019-01-01", amount="99.00")
        slow.apply([Job(items=[read(wire, now_us=NOW_US)])], NOW_US)
        with there.snapshot():
            assert verify.verify(there).differing == []


def test_transfer_between_files_needs_no_server(source: Connection, tmp_path: Path) -> None:
    """Two stores of one kind are the simplest case."""
    with closing(open_scratch(tmp_path / "copy.db")) as copy:
        with copy.turn():
            transfer(source, copy)
        assert everything(copy) == everything(source)


def test_a_connection_that_breaks_says_so(database: str, source: Connection) -> None:
    """The server going away in the middle is a failure of the store, and nothing is there afterwards."""

    def cut(done: int, total: int) -> None:
        with psycopg.connect(database, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'paceline-migrate'"
            )

    with pytest.raises(StoreFailed):
        fill(database, source, cut)
    with closing(PostgresConnection(database)) as there:
        assert schema_of(there) == 0
