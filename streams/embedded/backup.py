"""Backup and restore of a store: a whole and checked copy, taken while it is being written."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from services.errors import PacelineError
from streams.history.replay import Progress, silent
from streams.history.transfer import transfer
from streams.store.connection import Connection
from streams.store.schema import SCHEMA_VERSION
from streams.store.sqlite import SqliteConnection, StoreNewer, open_scratch, schema_of

PAGES = 256


class BackupExists(PacelineError):
    """A file that a backup would overwrite."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already. Name another file, or remove it first.")


class BackupBroken(PacelineError):
    """A file that is no whole backup."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is no usable backup ({reason}). Nothing was changed.")


def backup(source: SqliteConnection, target: Path, progress: Progress = silent, *, replacing: bool = False) -> int:
    """Copy a store into a new file, readable by its owner alone, and return its number of events.

    The copy is the store as it is now, whatever is written in the meantime; `source` is a connection of its own.

    Raise `BackupExists` rather than overwrite, unless the copy is `replacing` an older one, and `BackupBroken` when
    the copy does not check out.
    """
    if target.exists() and not replacing:
        raise BackupExists(target)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    try:
        # A copy of a store that changes begins anew with every change; one of a snapshot comes to an end.
        with closing(sqlite3.connect(part)) as copy, source.snapshot():
            source.execute("SELECT COUNT(*) FROM rules").fetchone()
            source.backup(copy, pages=PAGES, progress=lambda _, left, total: progress(total - left, total))
            copy.execute("PRAGMA journal_mode=DELETE")
        events = checked(part)
        part.replace(target)
        _on_disk(target.absolute().parent)
    finally:
        part.unlink(missing_ok=True)
    return events


def carry_out(source: Connection, target: Path, progress: Progress = silent) -> int:
    """Write a store of any kind, read within a snapshot, into a new file, and return its number of events.

    The file appears when everything is in it, compared and on the disk. Raise `BackupExists` rather than overwrite.
    """
    if target.exists():
        raise BackupExists(target)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    try:
        with closing(open_scratch(part)) as copy, copy.turn():
            events = transfer(source, copy, progress)
        checked(part)
        _on_disk(part)
        part.rename(target)
        _on_disk(target.absolute().parent)
    finally:
        part.unlink(missing_ok=True)
    return events


def checked(path: Path) -> int:
    """Return the number of events of a store that was checked whole; raise `BackupBroken` when it is not.

    Raise `StoreNewer` when a newer Paceline wrote it.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
            (events,) = copy.execute("SELECT COUNT(*) FROM events").fetchone()
            version = schema_of(copy)
    except sqlite3.Error as error:
        raise BackupBroken(path, str(error)) from None
    if verdict != "ok":
        raise BackupBroken(path, str(verdict))
    if version > SCHEMA_VERSION:
        raise StoreNewer(path, version)
    return int(events)


def restore(backup_file: Path, store: Path) -> int:
    """Put a checked backup in the place of a store that nobody has open, and return its number of events.

    The store that was there, even if it cannot be opened any more, is kept beside it as `….before-restore` with its
    write-ahead log, which would else be replayed into the restored file.
    """
    events = checked(backup_file)
    part = store.with_name(store.name + ".part")
    shutil.copyfile(backup_file, part)
    os.chmod(part, 0o600)
    _on_disk(part)
    for suffix in ("", "-wal", "-shm"):
        old, aside = (store.with_name(name + suffix) for name in (store.name, store.name + ".before-restore"))
        aside.unlink(missing_ok=True)
        if old.exists():
            old.replace(aside)
    part.replace(store)
    _on_disk(store.parent)
    return events


def _on_disk(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
