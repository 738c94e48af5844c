"""P24: a backup taken while events are written restores, and with what was sent since gives equal numbers."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from services.events.decode import read
from streams.embedded.backup import PAGES, backup, restore
from streams.embedded.home import STORE, Home
from streams.ledger.jobs import Job
from streams.store.sqlite import connect, open_reader
from tests.faults.seeded import BUGS, bugged_writer
from tests.faults.soundness import check_sound
from tests.faults.traffic import Facts, batches
from tests.stores import Wire, dump_of, us

NOW_US = us("2040-01-01T00:00:00Z")
STEP_EVENTS = 200


class Busy:
    """A home that is written, by a writer, whenever its backup comes up for air."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder, now_us=NOW_US)
        self.facts = Facts(seed=24, deals=2_000)
        self.sent: list[Wire] = []
        self.steps = 0
        self.writer = bugged_writer(self.home, lambda: NOW_US, BUGS[""])
        self.writer.start()

    def send(self, count: int) -> None:
        """Send new events and wait until they are on the disk."""
        for batch in batches(self.facts.take(count), 500):
            self.sent.extend(batch)
            self.writer.submit(Job(items=[read(wire, now_us=NOW_US) for wire in batch])).result()

    def aired(self, done: int, total: int) -> None:
        """Write more between two steps of the backup."""
        self.steps += 1
        # A copy that begins anew whenever something was written would never end.
        assert self.steps < 10 * (total // PAGES + 2)
        self.send(STEP_EVENTS)

    def stop(self) -> None:
        """Write what waits and close."""
        self.writer.stop()
        self.home.close()


def copied(busy: Busy, target: Path) -> int:
    """Take a backup while events are written and return how many events it has."""
    with closing(open_reader(busy.home.path)) as source:
        return backup(source, target, progress=busy.aired)


def back_up_and_restore(folder: Path, events: int) -> None:
    """Back up under load, restore elsewhere, send everything since again: equal numbers."""
    busy = Busy(folder / "here")
    busy.send(events)
    kept = copied(busy, folder / "copy.db")
    assert busy.steps > 1
    assert events <= kept < len(busy.sent)
    (folder / "there").mkdir()
    assert restore(folder / "copy.db", folder / "there" / STORE) == kept
    there = Home(folder / "there", now_us=NOW_US)
    check_sound(there.connection, busy.sent[:kept])
    since = busy.sent[kept - STEP_EVENTS :]
    for batch in batches(since, 500):
        there.apply([Job(items=[read(wire, now_us=NOW_US) for wire in batch])], NOW_US)
    found = check_sound(there.connection, busy.sent)
    assert (found.applied, found.duplicate) == (len(busy.sent), STEP_EVENTS)
    assert dump_of(there.connection) == dump_of(busy.home.connection)
    there.close()
    busy.stop()


def test_a_backup_under_load_restores_to_equal_numbers(tmp_path: Path) -> None:
    """A copy of 5,000 events taken while more arrive is whole, verifies, and catches up to the last byte."""
    back_up_and_restore(tmp_path, 5_000)


@pytest.mark.nightly
def test_a_large_backup_under_load_restores_to_equal_numbers(tmp_path: Path) -> None:
    """The same with 200,000 events."""
    back_up_and_restore(tmp_path, 200_000)


def test_copying_the_file_of_a_live_store_is_caught(tmp_path: Path) -> None:
    """Control: the file alone, without its log, lacks what was acknowledged, and the harness sees it."""
    busy = Busy(tmp_path / "here")
    # Somebody who reads keeps the log from being moved into the file.
    with closing(open_reader(busy.home.path)) as reading, reading.snapshot():
        reading.execute("SELECT COUNT(*) FROM events").fetchone()
        busy.send(1_000)
        shutil.copyfile(busy.home.path, tmp_path / "copy.db")
    with closing(connect(tmp_path / "copy.db")) as copy, pytest.raises((sqlite3.Error, AssertionError)):
        check_sound(copy, busy.sent)
    busy.stop()


def test_a_restore_puts_the_log_of_the_old_store_aside(tmp_path: Path) -> None:
    """A stale -wal or -shm would be replayed into the restored file; the store that was there stays whole beside it."""
    busy = Busy(tmp_path / "here")
    busy.send(400)
    copied(busy, tmp_path / "copy.db")
    busy.send(200)
    killed = tmp_path / "killed"
    shutil.copytree(busy.home.path.parent, killed)
    assert (killed / f"{STORE}-wal").stat().st_size
    kept = restore(tmp_path / "copy.db", killed / STORE)
    assert not (killed / f"{STORE}-wal").exists()
    assert not (killed / f"{STORE}-shm").exists()
    restored = Home(killed, now_us=NOW_US)
    check_sound(restored.connection, busy.sent[:kept])
    restored.close()
    with closing(connect(killed / f"{STORE}.before-restore")) as before:
        check_sound(before, busy.sent)
    busy.stop()


def test_a_store_that_is_no_store_any_more_can_be_replaced(tmp_path: Path) -> None:
    """A restore helps where it is needed most: when the store that is there cannot even be opened."""
    busy = Busy(tmp_path / "here")
    busy.send(400)
    kept = copied(busy, tmp_path / "copy.db")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / STORE).write_bytes(os.urandom(100_000))
    (broken / f"{STORE}-wal").write_bytes(os.urandom(10_000))
    assert restore(tmp_path / "copy.db", broken / STORE) == kept
    restored = Home(broken, now_us=NOW_US)
    check_sound(restored.connection, busy.sent[:kept])
    restored.close()
    busy.stop()
