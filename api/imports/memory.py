"""What an export said last, kept beside the home so that a newer snapshot is only its changes."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import quote

from services.importing.telling.standing import Standing, from_json
from services.importing.telling.wire import bounded

_TABLES = """
create table if not exists editions (
    serial integer primary key, sha text not null, start_us integer not null, done integer not null default 0
);
create table if not exists roots (subject text primary key, standing text not null) without rowid;
"""


class Remembered(NamedTuple):
    """One edition: the text that its ids carry, the moment it began, and whether it was read to its end."""

    snapshot: str
    start_us: int
    done: bool


def memory_path(home: Path, export: str) -> Path:
    """Return where the memory of an export is kept."""
    return home / "imports" / f"{bounded(quote(export, safe=' '))}.sqlite"


class Memory:
    """The memory of one export; every `save` is durable before it returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path)
        self._connection.executescript("pragma synchronous = full;" + _TABLES)
        # Each root is asked for once, before it is saved: a first import need not look for any.
        self._blank = self._connection.execute("select 1 from roots limit 1").fetchone() is None

    def __enter__(self) -> "Memory":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def edition(self, sha: str, start_us: int) -> Remembered:
        """Return the edition of a snapshot: the last one when it is the same, else a new one.

        It is durable before it returns, so that a run after a kill makes the same ids.
        """
        known = self.last(sha)
        if known is None:
            with self._connection as connection:
                connection.execute("insert into editions (sha, start_us) values (?, ?)", (sha, start_us))
            known = Remembered(self._snapshot(sha), start_us, done=False)
        return known

    def last(self, sha: str) -> Remembered | None:
        """Return the last edition if it is of this snapshot."""
        row = self._connection.execute(
            "select sha, start_us, done from editions order by serial desc limit 1"
        ).fetchone()
        if row is None or row[0] != sha:
            return None
        return Remembered(self._snapshot(sha), row[1], bool(row[2]))

    def _snapshot(self, sha: str) -> str:
        """Return the text for ids: the digest, counted when the snapshot comes back after another one."""
        times = self._connection.execute("select count(*) from editions where sha = ?", (sha,)).fetchone()[0]
        return sha if times <= 1 else f"{sha}:{times}"

    def standing(self, subject: str) -> Standing | None:
        """Return a root as the export described it when this memory was opened, a copy of its own."""
        if self._blank:
            return None
        row = self._connection.execute("select standing from roots where subject = ?", (subject,)).fetchone()
        return None if row is None else from_json(row[0])

    def save(self, standings: Iterable[tuple[str, str]]) -> None:
        """Store the standings of roots whose events were all answered."""
        with self._connection as connection:
            connection.executemany("insert or replace into roots values (?, ?)", sorted(standings))

    def finish(self) -> None:
        """Mark the last edition as read to its end."""
        with self._connection as connection:
            connection.execute("update editions set done = 1 where serial = (select max(serial) from editions)")

    def of_kind(self, kind: str) -> Iterator[tuple[str, Standing]]:
        """Yield the roots of one kind, such as `deal`."""
        rows = self._connection.execute(
            "select subject, standing from roots where subject >= ? and subject < ?", (f"{kind}/", f"{kind}0")
        )
        with closing(rows):
            for subject, text in rows:
                yield subject, from_json(text)
