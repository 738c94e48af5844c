"""Soundness: what must hold of a store after whatever happened to it."""

import sqlite3
from collections.abc import Iterable

from streams.history.verify import verify
from streams.ledger.accounting import Accounting, accounting
from tests.faults.recount import recount, viewed
from tests.stores import Wire


def check_sound(connection: sqlite3.Connection, facts: Iterable[Wire] | None = None) -> Accounting:
    """Check a store and return its accounting.

    The file is whole, every delivery is accounted for, the archive replayed gives every byte of what follows
    from it and, where the accepted facts are given, the cells are those of a recount.
    """
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert verify(connection).differing == []
    found = accounting(connection)
    assert found.gap == 0, found
    if facts is not None:
        assert viewed(connection) == recount(facts)
    return found


def archived_ids(connection: sqlite3.Connection) -> set[str]:
    """Return the ids of all events in the archive."""
    return {name for (name,) in connection.execute("SELECT id FROM events")}
