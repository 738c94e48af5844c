"""Verify: the archive replayed from nothing and compared with the store, byte by byte; and replay for good."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from services.events.envelope import Event
from services.events.org import RulesActivated
from streams.history import rules
from streams.history.replay import Progress, replay, silent
from streams.history.rules import Rules
from streams.projection.head import MADE
from streams.projection.projector import Projector
from streams.store.archive import EventRow
from streams.store.connection import Connection
from streams.store.sqlite import open_scratch

# What is disposable, and in which order it is compared.
DERIVED = {
    "roots": "SELECT no, subject, state, tag FROM roots ORDER BY no",
    "contributions": "SELECT account, teller, body FROM contributions ORDER BY account, teller",
    "journal": "SELECT * FROM journal ORDER BY rules, measure, day, seq",
    "cells": "SELECT * FROM cells WHERE n <> 0 OR count_bp <> 0 OR amount <> 0 "
    "ORDER BY rules, span, measure, start, rep, currency, rate_day, dims, value",
    "gross": "SELECT * FROM gross ORDER BY rules, measure, rep, currency",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a comparison found: SHA-256 of every table, here and replayed."""

    events: int
    here: dict[str, str]
    replayed: dict[str, str]

    @property
    def differing(self) -> list[str]:
        """Return the tables that differ; none when the store is right."""
        return [table for table in self.here if self.here[table] != self.replayed[table]]


def replay_all(source: Connection, scratch: Connection, progress: Progress = silent) -> int:
    """Replay the whole archive of a store into an empty one, with every change of rules, and return how many."""
    (first, *_) = rules.versions(source)
    with scratch.turn():
        rules.add(scratch, first._replace(active_from=0))
    projector = Projector(scratch, first.no, ZoneInfo(first.zone))

    def activate(row: EventRow, event: Event) -> None:
        data = event.data
        if not isinstance(data, RulesActivated):
            return
        version = Rules(projector.rules + 1, data.zone, data.tzdata, data.definitions, row.applied_us)
        copy = rules.refold(source, version, until=row.position - 1, into=scratch)
        with scratch.turn():
            copy()
            rules.add(scratch, version)
        projector.rules, projector.zone = version.no, ZoneInfo(version.zone)

    return replay(source, projector, progress=progress, before=activate)


def verify(source: Connection, progress: Progress = silent) -> Verdict:
    """Replay a store's archive beside it and compare everything that follows from it."""
    with (
        tempfile.TemporaryDirectory(prefix="paceline-verify-") as folder,
        closing(open_scratch(Path(folder) / "replayed.db")) as scratch,
    ):
        events = replay_all(source, scratch, progress)
        return Verdict(events=events, here=digests(source), replayed=digests(scratch))


def digests(connection: Connection) -> dict[str, str]:
    """Return the SHA-256 of each derived table."""
    return {table: _digest(connection.stream(sql)) for table, sql in DERIVED.items()}


def _digest(rows: Iterator[tuple[object, ...]]) -> str:
    found = hashlib.sha256()
    for row in rows:
        found.update(repr(row).encode())
    return found.hexdigest()


def rebuild(connection: Connection, progress: Progress = silent) -> int:
    """Throw away everything derived in a store and put what a replay gives in its place, in one transaction."""
    with tempfile.TemporaryDirectory(prefix="paceline-replay-") as folder:
        path = Path(folder) / "replayed.db"
        # Nobody writes from the first event that is read until everything that follows from them is in its place.
        with connection.turn(), closing(open_scratch(path)) as scratch:
            events = replay_all(connection, scratch, progress)
            # What was waiting for search is among what a replay lets wait: everything that search reads.
            for table in ("contributions", "journal", "cells", "gross", "roots", "index_queue"):
                _take_over(scratch, connection, table)
            _tell_writers(connection)
    return events


def _tell_writers(connection: Connection) -> None:
    """Let those who have folded a batch onto what was there before fold it again."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (MADE,)).fetchone()
    connection.put("facts", [(MADE, str(int(row[0]) + 1 if row else 1))])


def _take_over(scratch: Connection, connection: Connection, table: str) -> None:
    connection.execute(f"DELETE FROM {table}")
    connection.load(table, scratch.execute(f"SELECT * FROM {table}"))
