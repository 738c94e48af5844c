"""The embedded home: one SQLite file and the ledger that writes it alone."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from streams.embedded.upgrade import upgrade
from streams.history.replay import Progress, silent
from streams.ledger.ledger import Ledger
from streams.store.sqlite import open_writer

STORE = "paceline.db"
LOG_BYTES = 16 * 2**20


class Home(Ledger):
    """The ledger of the store in a folder, kept right across crashes; an older store is upgraded first."""

    def __init__(self, folder: Path, *, now_us: int, progress: Progress = silent) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / STORE
        upgrade(self.path, progress)
        super().__init__(open_writer(self.path), now_us=now_us, progress=progress)

    def checkpoint(self) -> None:
        """Move what was written from the log of the file into the file, without waiting for readers.

        What cannot be moved now stays in the log until the next time; a store that fails says so when it is written.
        """
        with suppress(sqlite3.Error):
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def tidy(self) -> None:
        """Move the log into the file when it has grown; for those who write without a `Writer` beside."""
        if self.log_bytes() > LOG_BYTES:
            self.checkpoint()

    def log_bytes(self) -> int:
        """Return the size of the log of the file."""
        log = self.path.with_name(self.path.name + "-wal")
        return log.stat().st_size if log.exists() else 0

    def close(self) -> None:
        """Close the store with its log moved into the file."""
        with closing(self.connection):
            try:
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.OperationalError:
                # Another connection reads: the log stays beside the file and is read at the next start.
                return
