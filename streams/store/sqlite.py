"""The embedded store: one SQLite file, opened so that what was acknowledged survives a power cut."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.schema import CreateIndex, CreateTable

from services.errors import PacelineError
from streams.store.statements import DIALECT
from streams.store.tables import SCHEMA_VERSION, metadata

CACHE_KIB = 262_144
BUSY_MS = 10_000
READ_CACHE_KIB = 32_768


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


def open_writer(path: Path, *, checked: bool = True) -> sqlite3.Connection:
    """Return the one writing connection of a store, made when it is new.

    Commits return when the disk has the transaction (`synchronous=FULL`); this is checked, not hoped for. Raise
    `StoreUnsafe` when the file system does not allow it and `StoreNewer` for a schema from the future.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
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
    _create(connection, path)
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Return a connection that only reads, beside the writer; raise `StoreNewer` for a schema from the future."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA cache_size=-{READ_CACHE_KIB}")
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _check_version(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def open_scratch(path: Path) -> sqlite3.Connection:
    """Return a connection to a store that will be thrown away: fast, and safe for nothing."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("page_size=4096", "journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    _create(connection, path)
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the body in one writing transaction, rolled back when it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the body on one unchanging picture of the store."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def _check_safe(connection: sqlite3.Connection, path: Path) -> None:
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or synchronous != 2:
        raise StoreUnsafe(path, f"journal mode {mode}, synchronous {synchronous}")


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a store's schema, 0 when it has none yet."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise StoreNewer(path, version)
    return version


def _create(connection: sqlite3.Connection, path: Path) -> None:
    if _check_version(connection, path) == SCHEMA_VERSION:
        return
    with transaction(connection):
        for table in metadata.sorted_tables:
            connection.execute(str(CreateTable(table).compile(dialect=DIALECT)))
            for index in sorted(table.indexes, key=lambda item: item.name or ""):
                connection.execute(str(CreateIndex(index).compile(dialect=DIALECT)))
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
