"""A connection to a store of either kind, and the SQL that both understand.

Statements are written once: `?` stands for a value, `IN LIST ?` for one of many, and `GIVEN ?` for a table of rows
(a text, b and c numbers) that are given as a JSON text. Each kind of connection says them in its own words.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from services.errors import PacelineError

# What a statement asked for. Whoever wrote the statement knows its columns; the database only knows them at run time.
Row: TypeAlias = tuple[Any, ...]
Values: TypeAlias = Sequence[Any]
LISTED, GIVEN = "IN LIST ?", "GIVEN ?"


class StoreFailed(PacelineError):
    """A store that could not take or answer something; what was to be written was not stored.

    `passing` says that the same may well succeed in a moment: the database was away, or busy with others.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        self.passing = passing
        self.reason = reason
        super().__init__(f"The store could not be written ({reason}). Nothing was stored; try again.")


class Rows(Protocol):
    """What a statement found, to be read once."""

    def fetchone(self) -> Any:  # noqa: D102 - as every database driver has it
        ...

    def fetchall(self) -> list[Any]:  # noqa: D102
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """One connection to a store; not for two threads at the same time.

    :ivar alone: whether nobody else writes the store while this connection is open for writing.
    """

    alone: bool

    def execute(self, sql: str, values: Values = (), /) -> Rows:
        """Run a statement and return what it found."""
        ...

    def stream(self, sql: str, values: Values = (), /) -> Iterator[Row]:
        """Yield what a statement finds without holding all of it; within `snapshot` or `turn` only."""
        ...

    def put(self, name: str, rows: Sequence[Values], /) -> None:
        """Write rows by one of the statements of `streams.store.statements`, in their order."""
        ...

    def load(self, table: str, rows: Iterable[Values], /) -> None:
        """Add whole rows, columns in order, to a table that has none of them yet."""
        ...

    def turn(self, told: str = "") -> AbstractContextManager[None]:
        """Run the body in the one writing transaction that is open at a time; rolled back when it raises.

        Whoever listens for changes of a database hears `told` after it.
        """
        ...

    def unhurried(self) -> None:
        """Let the open transaction last as long as it needs."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Run the body on one unchanging picture of the store."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
