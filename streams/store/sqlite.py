"""The embedded store: one SQLite file, opened so that what was acknowledged survives a power cut."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from services.errors import PacelineError
from streams.store.connection import GIVEN, LISTED, Row, Values
from streams.store.schema import SCHEMA_VERSION, STAMPED, stamp

if TYPE_CHECKING:
    from sqlite3 import _Parameters

CACHE_KIB = 262_144
BUSY_MS = 10_000
READ_CACHE_KIB = 32_768


_GIVEN = (
    "(SELECT json_extract(value, '$[0]') AS a, json_extract(value, '$[1]') AS b, json_extract(value, '$[2]') AS c "
    "FROM json_each(?))"
)


class SqliteConnection(sqlite3.Connection):
    """A connection to a store in a file (`streams.store.connection.Connection`)."""

    alone = True

    def execute(self, sql: str, values: "_Parameters" = (), /) -> sqlite3.Cursor:
        """Run a statement and return what it found."""
        if (LISTED in sql or GIVEN in sql) and isinstance(values, Sequence):
            sql, values = _listed(sql, values)
        return super().execute(sql, values)

    def stream(self, sql: str, values: Values = (), /) -> Iterator[Row]:
        """Yield what a statement finds without holding all of it."""
        with closing(self.execute(sql, values)) as rows:
            yield from rows

    def put(self, name: str, rows: Sequence[Values], /) -> None:
        """Write rows by one of the statements, in their order."""
        from streams.store.statements import statements

        self.executemany(statements()[name].sqlite, rows)

    def load(self, table: str, rows: Iterable[Values], /) -> None:
        """Add whole rows, columns in order, to a table that has none of them yet."""
        from streams.store.tables import metadata

        marks = ",".join("?" * len(metadata.tables[table].columns))
        self.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    @contextmanager
    def turn(self, told: str = "") -> Iterator[None]:
        """Run the body in one writing transaction, rolled back when it raises; nobody listens to a file."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self.in_transaction:
                self.execute("ROLLBACK")
            raise

    def unhurried(self) -> None:
        """Do nothing: a transaction on a file lasts as long as it needs."""

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Run the body on one unchanging picture of the store."""
        self.execute("BEGIN")
        try:
            yield
        finally:
            self.execute("COMMIT")


def _listed(sql: str, values: Values) -> tuple[str, Values]:
    """Return a statement and its values without lists: words and numbers travel as one text, bytes one by one."""
    flat: list[object] = []
    marks: list[int] = []
    for value in values:
        if not isinstance(value, list | tuple):
            flat.append(value)
        elif value and isinstance(value[0], bytes):
            flat.extend(value)
            marks.append(len(value))
        else:
            flat.append(json.dumps(value))
            marks.append(0)
    return _in_words(sql, tuple(marks)), flat


@lru_cache(maxsize=2_048)
def _in_words(sql: str, marks: tuple[int, ...]) -> str:
    """Return a statement with its lists spelled out: 0 marks stand for one text."""
    first, *rest = sql.replace(GIVEN, _GIVEN).split(LISTED)
    words = [
        "IN (" + ",".join("?" * count) + ")" if count else "IN (SELECT value FROM json_each(?))" for count in marks
    ]
    return first + "".join(word + part for word, part in zip(words, rest, strict=True))


def connect(path: Path | str, *, uri: bool = False) -> SqliteConnection:
    """Return a connection to a file that any thread may use, one at a time; transactions are begun by hand."""
    found: SqliteConnection = sqlite3.connect(
        path, uri=uri, isolation_level=None, check_same_thread=False, factory=SqliteConnection
    )
    return found


class StoreUnsafe(PacelineError):
    """A store that cannot keep its promise."""

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(
            f"{path} cannot be written safely: {found}. Keep the data folder on a local disk with a file system "
            "that supports write-ahead logging."
        )


class StoreNewer(PacelineError):
    """A store written by a newer Paceline."""

    def __init__(self, path: Path, version: int) -> None:
        super().__init__(
            f"{path} has schema {version}, this Paceline knows {SCHEMA_VERSION}. Upgrade Paceline, then try again."
        )


class StoreOlder(PacelineError):
    """A store of an older Paceline, which was not upgraded yet."""

    def __init__(self, path: Path, version: int) -> None:
        super().__init__(
            f"{path} has schema {version}, this Paceline works with {SCHEMA_VERSION}. Run `paceline schema upgrade`; "
            "it keeps a copy of the store as it is."
        )


def open_writer(path: Path, *, checked: bool = True) -> SqliteConnection:
    """Return the one writing connection of a store, made when it is new.

    Raise `StoreUnsafe` when the file system does not allow it, `StoreNewer` and `StoreOlder` for another schema.
    """
    connection = make_safe(connect(path), path, checked=checked)
    _create(connection, path)
    return connection


def make_safe(connection: SqliteConnection, path: Path, *, checked: bool = True) -> SqliteConnection:
    """Return a connection whose commits return when the disk has the transaction; raise `StoreUnsafe`.

    This (`synchronous=FULL`) is checked, not hoped for.
    """
    for pragma in (
        "page_size=4096",
        "journal_mode=WAL",
        "synchronous=FULL",
        f"cache_size=-{CACHE_KIB}",
        "wal_autocheckpoint=0",
        "temp_store=MEMORY",
        f"busy_timeout={BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    if checked:
        _check_safe(connection, path)
    return connection


def open_reader(path: Path) -> SqliteConnection:
    """Return a connection that only reads, beside the writer; raise `StoreNewer` or `StoreOlder` for another schema."""
    connection = connect(f"file:{path}?mode=ro", uri=True)
    try:
        connection.execute(f"PRAGMA cache_size=-{READ_CACHE_KIB}")
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _check_version(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def open_scratch(path: Path) -> SqliteConnection:
    """Return a connection to a store that will be thrown away: fast, and safe for nothing."""
    connection = connect(path)
    for pragma in ("page_size=4096", "journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    _create(connection, path)
    return connection


def _check_safe(connection: sqlite3.Connection, path: Path) -> None:
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or synchronous != 2:
        raise StoreUnsafe(path, f"journal mode {mode}, synchronous {synchronous}")


def schema_of(connection: sqlite3.Connection) -> int:
    """Return the version of a store's schema, 0 when it has none yet."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a store's schema, 0 when it has none yet; raise when it is another."""
    version = schema_of(connection)
    if version > SCHEMA_VERSION:
        raise StoreNewer(path, version)
    if 0 < version < SCHEMA_VERSION:
        raise StoreOlder(path, version)
    return version


def _create(connection: SqliteConnection, path: Path) -> None:
    if _check_version(connection, path) == SCHEMA_VERSION:
        return
    from streams.store.statements import SQLITE, definitions

    with connection.turn():
        for statement in definitions(SQLITE):
            connection.execute(statement)
        connection.execute(STAMPED)
        connection.execute(stamp(SCHEMA_VERSION))
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
