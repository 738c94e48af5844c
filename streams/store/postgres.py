"""The store of the scaled-out home: a Postgres database that several processes write, one at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

import psycopg
from psycopg.adapt import Loader

from services.errors import PacelineError
from streams.store.connection import GIVEN, LISTED, Row, Rows, StoreFailed, Values
from streams.store.schema import SCHEMA_VERSION, STAMPED, stamp
from streams.store.turn import MAKING, TURN, UNHURRIED, end_stuck

CHANGED = "paceline_changed"
STREAM_ROWS = 2_000
STATEMENT_MAX_MS = 600_000
_IDLE_LIMIT = ("idle_in_transaction_session_timeout",)
_GIVEN = (
    "(SELECT one ->> 0 AS a, CAST(one ->> 1 AS bigint) AS b, CAST(one ->> 2 AS bigint) AS c "
    "FROM json_array_elements(CAST(%s AS json)) AS one)"
)
# The database is away, has lost the connection or broken off the transaction, or may only be read now.
_PASSING = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.TransactionTimeout,
)
Answered = TypeVar("Answered")


class StoreOther(PacelineError):
    """A database whose schema this Paceline does not work with."""

    def __init__(self, version: int) -> None:
        self.version = version
        if not version:
            super().__init__("The database holds no store yet. `paceline schema upgrade` makes one.")
            return
        super().__init__(
            f"The database has schema {version}, this Paceline knows {SCHEMA_VERSION}. "
            + ("Upgrade Paceline, then try again." if version > SCHEMA_VERSION else "Run `paceline schema upgrade`.")
        )


class PostgresConnection:
    """A connection to a store in Postgres (`streams.store.connection.Connection`), made again when it is lost.

    `Connection.turn` is taken by an advisory lock for the length of the transaction: whoever writes positions has the
    store for itself, so that they have no gaps and grow in the order of commits.
    """

    alone = False

    def __init__(self, address: str, *, name: str = "paceline", hold_max_seconds: int = 0) -> None:
        """Connect when it is first needed.

        After `hold_max_seconds` the server takes the turn away from a process that was stopped while it had it; 0
        lets it have it for ever.
        """
        self._address = address
        self._name = name
        self._hold_max_seconds = hold_max_seconds
        self._raw: psycopg.Connection | None = None
        self._within = False
        self._streams = 0

    def raw(self) -> psycopg.Connection:
        """Return the driver's connection, a new one when there is none."""
        if self._raw is None or self._raw.closed:
            if self._within:
                # What was begun on the connection that is gone must not go on outside of its transaction.
                raise StoreFailed("the connection was lost", passing=True)
            self._raw = _connect(self._address, self._name, self._hold_max_seconds)
        return self._raw

    def execute(self, sql: str, values: Values = (), /) -> Rows:
        """Run a statement and return what it found."""
        given = _given(values)
        return self._asked(lambda raw: raw.execute(_words(sql).encode(), given))

    def _asked(self, ask: Callable[[psycopg.Connection], Answered]) -> Answered:
        """Return an answer; raise `StoreFailed` for whatever the database or the way to it says."""
        try:
            return ask(self.raw())
        except psycopg.Error as error:
            raise StoreFailed(_reason(error), passing=isinstance(error, _PASSING)) from error

    def stream(self, sql: str, values: Values = (), /) -> Iterator[Row]:
        """Yield what a statement finds without holding all of it."""
        # Several may be open at a time, each under a name of its own.
        self._streams += 1
        with self.raw().cursor(name=f"paceline_stream_{self._streams}") as cursor:
            self._asked(lambda _: cursor.execute(_words(sql).encode(), _given(values)))
            while rows := self._asked(lambda _: cursor.fetchmany(STREAM_ROWS)):
                yield from rows

    def put(self, name: str, rows: Sequence[Values], /) -> None:
        """Write rows by one of the statements, in their order."""
        if not rows:
            return
        from streams.store.statements import statements

        statement = statements()[name]
        if statement.copied:
            self.load(statement.table.name, rows)
        else:
            self.execute(statement.postgres, list(zip(*rows, strict=True)))

    def load(self, table: str, rows: Iterable[Values], /) -> None:
        """Add whole rows, columns in order, to a table that has none of them yet."""
        self._asked(lambda raw: _copy(raw, table, rows))

    @contextmanager
    def turn(self, told: str = "") -> Iterator[None]:
        """Run the body in the one writing transaction that is open at a time; whoever listens hears `told` then."""
        with self.transaction():
            self._wait_for_turn()
            yield
            self.execute("SELECT pg_notify(?, ?)", (CHANGED, told))

    def _wait_for_turn(self) -> None:
        """Wait; when that fails, because it took too long, see to it that the next attempt need not."""
        try:
            self.execute("SELECT pg_advisory_xact_lock(?)", (TURN,))
        except StoreFailed:
            if self._hold_max_seconds:
                end_stuck(self._address, self._hold_max_seconds)
            raise

    def unhurried(self) -> None:
        """Let the open transaction last as long as it needs."""
        for name in _limits(self.raw().info.server_version):
            self.execute(f"SET LOCAL {name} = 0")
        self.execute("SELECT pg_advisory_xact_lock_shared(?)", (UNHURRIED,))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Run the body on one unchanging picture of the store."""
        with self.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"):
            yield

    @contextmanager
    def transaction(self, begin: str = "BEGIN") -> Iterator[None]:
        """Run the body in one transaction beside others; rolled back when it raises."""
        self.execute(begin)
        self._within = True
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            self._undo()
            raise
        finally:
            self._within = False

    def _undo(self) -> None:
        """Roll back; a connection that cannot is given up, and the server rolls back by itself."""
        try:
            self.execute("ROLLBACK")
        except StoreFailed:
            self.close()

    def close(self) -> None:
        """Let go of the database."""
        if self._raw is not None:
            self._raw.close()
            self._raw = None


@lru_cache(maxsize=512)
def _words(sql: str) -> str:
    """Return a statement in the words of Postgres and the marks of its driver."""
    if "?" not in sql:
        return sql
    said = sql.replace("%", "%%").replace(LISTED, "= ANY(%s)").replace(GIVEN, _GIVEN)
    return said.replace("?", "%s")


def _given(values: Values) -> list[object] | None:
    """Return values with lists as arrays in the words of Postgres; the driver would ask of every value what it is."""
    if not values:
        return None
    return [_array(value) if isinstance(value, list | tuple) else value for value in values]


def _array(values: Values) -> str:
    kinds = set(map(type, values))
    if kinds == {int}:
        return "{" + str(list(values))[1:-1] + "}"
    if kinds == {str}:
        plain = '","'.join(values)
        if "\\" not in plain and plain.count('"') == 2 * len(values) - 2:
            return f'{{"{plain}"}}'
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    return "NULL" if value is None else str(value)


def _reason(error: Exception) -> str:
    """Return the first line of what a database says; the lines after it may hold values."""
    return str(error).partition("\n")[0] or type(error).__name__


class _WholeNumber(Loader):
    """Sums of whole numbers are whole; no column of the store is anything else."""

    def load(self, data: bytes | bytearray | memoryview) -> int:
        """Return the number that Postgres wrote."""
        return int(bytes(data))


def _limits(server_version: int) -> tuple[str, ...]:
    """Return the settings by which a server ends what lasts too long; the second is there since PostgreSQL 17."""
    return _IDLE_LIMIT if server_version < 170_000 else (*_IDLE_LIMIT, "transaction_timeout")


def _connect(address: str, name: str, hold_max_seconds: int) -> psycopg.Connection:
    options = f"-c statement_timeout={STATEMENT_MAX_MS} -c timezone=UTC -c synchronous_commit=on"
    raw = psycopg.connect(
        address, autocommit=True, connect_timeout=10, application_name=name, options=options, keepalives_idle=10
    )
    raw.adapters.register_loader("numeric", _WholeNumber)
    if hold_max_seconds:
        for limit in _limits(raw.info.server_version):
            raw.execute(f"SET {limit} = '{hold_max_seconds}s'".encode())
    return raw


@lru_cache
def _column_names(table: str) -> tuple[str, ...]:
    from streams.store.tables import metadata

    return tuple(one.name for one in metadata.tables[table].columns)


def _copy(raw: psycopg.Connection, table: str, rows: Iterable[Values]) -> None:
    columns = ", ".join(f'"{name}"' for name in _column_names(table))
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def open_postgres(address: str, *, name: str = "paceline", hold_max_seconds: int = 0) -> PostgresConnection:
    """Return a connection to a store that is ready; raise `StoreOther` when its schema is another."""
    connection = PostgresConnection(address, name=name, hold_max_seconds=hold_max_seconds)
    version = schema_of(connection)
    if version != SCHEMA_VERSION:
        connection.close()
        raise StoreOther(version)
    return connection


def is_about_values(error: StoreFailed) -> bool:
    """Return whether a store refused what it was given, rather than being unable to take anything."""
    return isinstance(error.__cause__, psycopg.DataError | psycopg.IntegrityError)


def schema_of(connection: PostgresConnection) -> int:
    """Return the version of a store's schema, 0 when it has none yet."""
    (there,) = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    return int(row[0]) if row else 0


def make_store(address: str) -> None:
    """Make the tables of a store in an empty database; one that has them stays as it is."""
    connection = PostgresConnection(address)
    try:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(?)", (MAKING,))
            if schema_of(connection) == 0:
                for statement in definitions():
                    connection.execute(statement)
    finally:
        connection.close()


def definitions() -> Iterator[str]:
    """Yield the statements that make a store."""
    from streams.store import statements

    yield from statements.definitions(statements.POSTGRES)
    yield STAMPED
    yield stamp(SCHEMA_VERSION)
