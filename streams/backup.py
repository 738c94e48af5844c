"""Backup and restore of a store: a whole and checked copy, taken while it is being written."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from services.errors import PacelineError
from streams.replay import Progress, silent

PAGES = 2_000


class BackupExists(PacelineError):
    """A file that a backup would overwrite."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already. Name another file, or remove it first.")


class BackupBroken(PacelineError):
    """A file that is no whole backup."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is no usable backup ({reason}). Nothing was changed.")


def backup(source: sqlite3.Connection, target: Path, progress: Progress = silent) -> int:
    """Copy a store into a new file, readable by its owner alone, and return its number of events.

    Raise `BackupExists` rather than overwrite, and `BackupBroken` when the copy does not check out.
    """
    if target.exists():
        raise BackupExists(target)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(part)) as copy:
            source.backup(copy, pages=PAGES, progress=lambda _, left, total: progress(total - left, total))
            copy.execute("PRAGMA journal_mode=DELETE")
        events = checked(part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return events


def checked(path: Path) -> int:
    """Return the number of events of a store that was checked whole; raise `BackupBroken` when it is not."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
            (events,) = copy.execute("SELECT COUNT(*) FROM events").fetchone()
    except sqlite3.Error as error:
        raise BackupBroken(path, str(error)) from None
    if verdict != "ok":
        raise BackupBroken(path, str(verdict))
    return int(events)


def restore(backup_file: Path, store: Path) -> int:
    """Put a checked backup in the place of a store that nobody has open, and return its number of events.

    The store that was there is kept beside it as `….before-restore`; its write-ahead log is removed, since it
    would be replayed into the restored file.
    """
    events = checked(backup_file)
    part = store.with_name(store.name + ".part")
    shutil.copyfile(backup_file, part)
    os.chmod(part, 0o600)
    if store.exists():
        # A store that is broken is kept as it is.
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(store)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        store.replace(store.with_name(store.name + ".before-restore"))
    for suffix in ("-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    part.replace(store)
    return events
