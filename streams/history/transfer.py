"""Transfer: everything that a store holds, carried into an empty one of either kind and compared there."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING

from services.errors import PacelineError
from streams.history.replay import Progress, silent
from streams.store.connection import Connection, Row

if TYPE_CHECKING:
    from sqlalchemy import Table

# What a store has before anything was sent to it; it is replaced.
BEGUN = ("rules", "facts")
TOLD_ROWS = 2_000


class StoreNotEmpty(PacelineError):
    """A store that something else would be carried into."""

    def __init__(self, place: str) -> None:
        super().__init__(f"{place} holds something already, and nothing was changed. Name an empty one.")


class TransferDiffers(PacelineError):
    """A store that is not equal to the one that it was carried from."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(
            f"What was written differs from what was read ({', '.join(tables)}). Nothing was kept of it; try again, "
            "and report it when it happens again."
        )


def transfer(source: Connection, target: Connection, progress: Progress = silent) -> int:
    """Copy every table, row by row with its position and moment, and return the number of events.

    `source` is within a snapshot, and `target`, which is empty, within a turn: when this raises, nothing is kept.
    Raise `TransferDiffers` when what is read back is not what was read.
    """
    from streams.store.tables import metadata

    tables = metadata.sorted_tables
    totals = {table.name: _count(source, table.name) for table in tables}
    shown = _steps(progress, 2 * sum(totals.values()))
    differing = []
    for table in tables:
        read, written = hashlib.sha256(), hashlib.sha256()
        target.load(table.name, _seen(_rows(source, table), read, shown))
        for _ in _seen(_rows(target, table), written, shown):
            pass
        if read.digest() != written.digest():
            differing.append(table.name)
    if differing:
        raise TransferDiffers(differing)
    return totals["events"]


def clear(target: Connection, place: str) -> None:
    """Take away what a store without events begins with; raise `StoreNotEmpty` when it holds more than that."""
    if occupied(target):
        raise StoreNotEmpty(place)
    for table in BEGUN:
        target.execute(f"DELETE FROM {table}")


def occupied(connection: Connection) -> bool:
    """Return whether anything was ever sent to a store."""
    from streams.store.tables import metadata

    sent = (name for name in metadata.tables if name not in BEGUN)
    return any(connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() for name in sent)


def _count(connection: Connection, table: str) -> int:
    (found,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    return int(found)


def _rows(connection: Connection, table: "Table") -> Iterator[Row]:
    """Yield all rows of a table in the order of its key, which is the same in every store."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    key = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    return connection.stream(f"SELECT {columns} FROM {table.name} ORDER BY {key}")


def _seen(rows: Iterator[Row], digest: "hashlib._Hash", shown: Callable[[], None]) -> Iterator[Row]:
    for row in rows:
        digest.update(repr(row).encode())
        shown()
        yield row


def _steps(progress: Progress, total: int) -> Callable[[], None]:
    """Return what counts a row, and tells of every few thousand."""
    numbers = count(1)

    def shown() -> None:
        done = next(numbers)
        if done % TOLD_ROWS == 0 or done == total:
            progress(done, total)

    return shown
