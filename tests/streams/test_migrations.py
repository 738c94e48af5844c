"""Migrations: a store that was upgraded is the same as a new one, and says the same numbers."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from services.events.decode import read
from streams.history.verify import rebuild
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.store.migrations.database import move_database, upgrade_database
from streams.store.migrations.moving import move, move_file
from streams.store.postgres import PostgresConnection, StoreOther, make_store, open_postgres, schema_of
from streams.store.schema import SCHEMA_VERSION
from streams.store.sqlite import StoreOlder, connect, open_reader, open_writer
from streams.store.tables import metadata
from tests.builders import order, won
from tests.databases import temporary_database
from tests.faults.traffic import Facts
from tests.golden.release import RELEASE_1
from tests.stores import NOW, Store, Wire, dump_of, journal_of, us

NOW_US = us("2040-01-01T00:00:00Z")
FACTS = Facts(seed=25, deals=40).take(300)
# Everything that a catalogue says of tables, columns, indexes and what binds them.
POSTGRES_SHAPE = (
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname, "
    "pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "LEFT JOIN pg_collation l ON l.oid = a.attcollation "
    "WHERE c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped AND a.attnum > 0 ORDER BY 1, a.attnum",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace ORDER BY 1",
    "SELECT * FROM alembic_version",
)
SQLITE_SHAPE = (
    "SELECT name, type, ncol, wr, strict FROM pragma_table_list WHERE schema = 'main' ORDER BY 1",
    'SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden FROM sqlite_master m, '
    "pragma_table_xinfo(m.name) x WHERE m.type = 'table' ORDER BY 1, x.cid",
    'SELECT m.name, i.name, i."unique", i.origin, i.partial, x.* FROM sqlite_master m, pragma_index_list(m.name) i, '
    "pragma_index_xinfo(i.name) x WHERE m.type = 'table' ORDER BY 1, 2, x.seqno",
    "SELECT m.name, f.* FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1",
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY 1",
    "SELECT * FROM alembic_version",
    "PRAGMA user_version",
)
Shape = list[list[tuple[object, ...]]]


def shape_of_file(path: Path) -> Shape:
    """Return everything that SQLite knows about how a store is made."""
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(sql).fetchall() for sql in SQLITE_SHAPE]


def shape_of_database(address: str) -> Shape:
    """Return everything that Postgres knows about how a store is made."""
    with psycopg.connect(address) as connection:
        return [connection.execute(sql.encode()).fetchall() for sql in POSTGRES_SHAPE]


@contextmanager
def engine_on(store: Path | str) -> Iterator[Connection]:
    """Give a connection of the library that migrates."""
    address = f"sqlite:///{store}" if isinstance(store, Path) else store.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def differences(store: Path | str) -> list[object]:
    """Return what the library would still have to change."""
    options = {"compare_type": True, "compare_server_default": True}
    with engine_on(store) as connection:
        context = MigrationContext.configure(connection, opts=options | {"include_object": _is_of(connection)})
        return list(compare_metadata(context, metadata))


def _is_of(connection: Connection) -> Callable[..., bool]:
    """Return what says whether a part of the tables is meant for a database; the library does not look at that."""
    there = connection.dialect.name == "sqlite"
    return lambda _, __, kind, reflected, ___: kind != "foreign_key_constraint" or reflected or there


def make_first(address: str) -> None:
    """Make a store of schema 1 in an empty database."""
    with engine_on(address) as connection:
        move(connection, 0, 1)
        connection.commit()


@pytest.fixture
def first_database() -> Iterator[str]:
    """Give a store of schema 1 in Postgres."""
    with temporary_database("store_of_schema_1", make_first) as address:
        yield address


@pytest.fixture
def store_database() -> Iterator[str]:
    """Give a store of this Paceline in Postgres."""
    with temporary_database("store_made", make_store) as address:
        yield address


def sent(address: str, facts: list[Wire]) -> None:
    """Apply facts to a store in Postgres."""
    with closing(open_postgres(address)) as connection:
        ledger = Ledger(connection, now_us=NOW_US)
        ledger.apply([Job(items=[read(wire, now_us=NOW_US) for wire in facts])], NOW_US)


def test_an_upgraded_file_is_made_like_a_new_one(tmp_path: Path) -> None:
    """From schema 1 on, SQLite has the same tables, columns, keys and indexes as in a store that is new."""
    assert move_file(tmp_path / "old.db", 1) == 0
    assert move_file(tmp_path / "old.db") == 1
    open_writer(tmp_path / "new.db").close()
    assert differences(tmp_path / "old.db") == []
    assert shape_of_file(tmp_path / "old.db") == shape_of_file(tmp_path / "new.db")


def test_an_upgraded_database_is_made_like_a_new_one(first_database: str, store_database: str) -> None:
    """From schema 1 on, Postgres has the same tables, collations, keys and indexes as in a store that is new."""
    assert upgrade_database(first_database) == 1
    assert differences(first_database) == differences(store_database) == []
    assert shape_of_database(first_database) == shape_of_database(store_database)


def test_a_step_that_was_forgotten_is_seen(tmp_path: Path, first_database: str) -> None:
    """Control: a store of schema 1 is not like a new one, for either way of looking."""
    move_file(tmp_path / "old.db", 1)
    open_writer(tmp_path / "new.db").close()
    assert differences(tmp_path / "old.db") and differences(first_database)
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        connection.execute("DROP INDEX roots_by_tag")
        connection.execute("CREATE INDEX roots_by_tag ON roots (tag)")
    assert differences(tmp_path / "new.db") == []
    move_file(tmp_path / "old.db")
    assert shape_of_file(tmp_path / "old.db") != shape_of_file(tmp_path / "new.db")


def test_a_step_back_and_forth_keeps_the_file(tmp_path: Path) -> None:
    """One schema back, SQLite is as it was made then; forward again, every dump is the same."""
    store = Store(tmp_path / "home", now="2040-01-01T00:00:00Z")
    store.send(*FACTS)
    before = (store.dump(), store.journal())
    store.home.close()
    path = tmp_path / "home" / "paceline.db"
    assert move_file(path, SCHEMA_VERSION - 1) == SCHEMA_VERSION
    move_file(tmp_path / "old.db", SCHEMA_VERSION - 1)
    assert shape_of_file(path) == shape_of_file(tmp_path / "old.db")
    with pytest.raises(StoreOlder):
        open_reader(path)
    move_file(path)
    store = Store(tmp_path / "home", now="2040-01-01T00:00:00Z")
    assert (store.dump(), store.journal()) == before
    store.send(*order("more", "2039-01-01"))
    store.home.close()


def test_a_step_back_and_forth_keeps_the_database(store_database: str, first_database: str) -> None:
    """One schema back, Postgres is as it was made then; forward again, every dump is the same."""
    sent(store_database, FACTS)
    with closing(open_postgres(store_database)) as connection:
        before = (dump_of(connection), journal_of(connection))
    move_database(store_database, SCHEMA_VERSION - 1)
    assert shape_of_database(store_database) == shape_of_database(first_database)
    with pytest.raises(StoreOther, match="paceline schema upgrade"):
        open_postgres(store_database)
    upgrade_database(store_database)
    with closing(open_postgres(store_database)) as connection:
        assert (dump_of(connection), journal_of(connection)) == before
    sent(store_database, order("more", "2039-01-01"))


def test_two_upgrades_at_once_are_one(first_database: str) -> None:
    """Whoever comes second waits, and finds everything done."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(upgrade_database, [first_database] * 4))
    assert sorted(found) == [1, SCHEMA_VERSION, SCHEMA_VERSION, SCHEMA_VERSION]
    assert differences(first_database) == []


def test_an_upgrade_waits_for_the_turn(first_database: str) -> None:
    """While somebody writes, the schema stays."""
    with closing(PostgresConnection(first_database)) as writing, ThreadPoolExecutor(1) as pool:
        with writing.turn():
            upgrade = pool.submit(upgrade_database, first_database)
            waits = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            with psycopg.connect(first_database, autocommit=True) as watching:
                while watching.execute(waits).fetchone() is None:
                    assert not upgrade.done()
            assert schema_of(writing) == 1
        assert upgrade.result() == 1


def test_a_database_of_the_future_is_left_alone(store_database: str) -> None:
    """Neither work nor upgrade begin on a schema that this Paceline does not know."""
    with psycopg.connect(store_database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    for refused in (open_postgres, upgrade_database):
        with pytest.raises(StoreOther, match="Upgrade Paceline"):
            refused(store_database)


def test_an_empty_database_becomes_a_store(database: str) -> None:
    """Nothing is there to be upgraded: the store is made new, once."""
    with pytest.raises(StoreOther, match="no store yet"):
        open_postgres(database)
    assert upgrade_database(database) == 0
    assert upgrade_database(database) == SCHEMA_VERSION


def test_a_store_of_the_first_release_says_the_same_numbers(tmp_path: Path) -> None:
    """P25: a file of schema 1 with the events of release 1 opens, and every metric says what it said then."""
    RELEASE_1.write_store(tmp_path / "home")
    store = Store(tmp_path / "home", now=NOW)
    assert (tmp_path / "home" / "paceline.db.before-upgrade").exists()
    assert RELEASE_1.numbers_of(store) == RELEASE_1.numbers
    assert store.replayed() == (store.dump(), store.journal())
    store.send(won("d1", "2017-12-01"))
    store.home.close()
    with closing(connect(tmp_path / "home" / "paceline.db.before-upgrade")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)


def test_search_reads_everything_that_was_there_before(tmp_path: Path) -> None:
    """After an upgrade everything waits for search that would wait had all events come since; no deal is left out."""
    RELEASE_1.write_store(tmp_path / "home")
    store = Store(tmp_path / "home", now=NOW)
    waiting = "SELECT subject FROM index_queue"
    upgraded = set(store.home.connection.execute(waiting))
    rebuild(store.home.connection)
    replayed = set(store.home.connection.execute(waiting))
    assert replayed and replayed <= upgraded
    store.home.close()


def test_the_events_of_the_first_release_give_the_same_numbers(tmp_path: Path) -> None:
    """P25: the events of release 1, sent anew, give what they gave then, and none is refused."""
    store = Store(tmp_path, now=NOW)
    found = store.send(*RELEASE_1.events)
    assert {outcome.kind for outcome in found} == {"applied"}
    assert RELEASE_1.numbers_of(store) == RELEASE_1.numbers
    store.home.close()
