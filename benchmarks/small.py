"""A small processor: the stage and the amount of each deal, and what each rep won; the same for every engine.

It knows duplicates, and that a later amount or a reopening takes back what was counted. It knows nothing of late
events, splits, days, currencies or the past: it is the least that can stand beside other engines.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from services.events.deals import DealCreated, DealReopened, DealWon
from services.events.envelope import Event


class Known(NamedTuple):
    """A deal as the small processor knows it; `ids` are the events that it has seen."""

    owner: str = ""
    amount: int = 0
    won: bool = False
    ids: tuple[str, ...] = ()


def step(deal: Known | None, event: Event) -> tuple[Known, tuple[str, int] | None]:
    """Return a deal after one more event, and (rep, change of what the rep won) where there is one."""
    old = deal or Known()
    if event.id in old.ids:
        return old, None
    new = old._replace(ids=(*old.ids, event.id))
    data = event.data
    if isinstance(data, DealCreated):
        return new._replace(owner=str(data.owner), amount=int(str(data.amount))), None
    if isinstance(data, DealWon) and not old.won:
        return new._replace(won=True), (old.owner, old.amount)
    if isinstance(data, DealReopened) and old.won:
        return new._replace(won=False), (old.owner, -old.amount)
    return new, None


class OnSqlite:
    """The small processor on one SQLite file, one transaction a batch, fsync on."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-262144", "wal_autocheckpoint=10000"):
            self.connection.execute(f"PRAGMA {pragma}").fetchall()
        self.connection.execute("CREATE TABLE deals (id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID")
        self.connection.execute("CREATE TABLE won (rep TEXT PRIMARY KEY, amount INTEGER NOT NULL) WITHOUT ROWID")

    def apply(self, events: Iterable[Event]) -> None:
        """Apply a batch."""
        batch = list(events)
        names = json.dumps(sorted({event.subject for event in batch}))
        self.connection.execute("BEGIN IMMEDIATE")
        rows = self.connection.execute(
            "SELECT id, state FROM deals WHERE id IN (SELECT value FROM json_each(?))", (names,)
        )
        deals = {name: _read(state) for name, state in rows}
        sums: dict[str, int] = defaultdict(int)
        for event in batch:
            deals[event.subject], change = step(deals.get(event.subject), event)
            if change:
                sums[change[0]] += change[1]
        kept = [(name, json.dumps(deal)) for name, deal in sorted(deals.items())]
        self.connection.executemany("INSERT OR REPLACE INTO deals VALUES (?, ?)", kept)
        self.connection.executemany(
            "INSERT INTO won VALUES (?, ?) ON CONFLICT (rep) DO UPDATE SET amount = amount + excluded.amount",
            sorted(sums.items()),
        )
        self.connection.execute("COMMIT")

    def won(self) -> dict[str, int]:
        """Return what each rep won."""
        return dict(self.connection.execute("SELECT rep, amount FROM won WHERE amount <> 0").fetchall())


def _read(state: str) -> Known:
    owner, amount, won, ids = json.loads(state)
    return Known(owner, amount, won, tuple(ids))
