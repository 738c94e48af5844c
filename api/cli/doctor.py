"""`paceline doctor`: what is wrong with the store, or could soon be."""

import asyncio
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

import typer

from api.cli.home import questions
from api.cli.output import print_table
from api.cli.vocabulary import vocabulary
from api.searching.place import connecting
from api.secret import SECRET
from api.settings import Settings, settings
from search.index.errors import IndexAway
from search.index.places import ServerEngines
from services.errors import PacelineError
from streams.embedded.home import STORE
from streams.embedded.lock import address
from streams.embedded.writer import system_clock
from streams.history import rules
from streams.kafka.failures import LogAway
from streams.kafka.lag import lag_from
from streams.kafka.topics import families
from streams.ledger.accounting import accounting
from streams.store.connection import Connection
from streams.store.offsets import Place, read_offsets
from streams.store.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from streams.store.postgres import PostgresConnection

app = typer.Typer()
DOCTOR = """Look for what is wrong: store, disk, accounting, dead letters, rules, the models of search.

Of a database it looks at its version, its settings for safety, its schema and its free connections; of Kafka, whether
it answers, has the topics, and how far behind the workers are; of Qdrant, whether it answers.

Example:

  paceline doctor
"""
DISK_FREE_MIN_BYTES = 500 * 2**20
CONNECTIONS_FREE_MIN = 10
SERVER_MIN = 15
# Workers that are well are behind for seconds.
LAG_MAX_SECONDS = 60.0
# What the server must be set to so that what it has acknowledged survives a power cut.
SAFE = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_write", "remote_apply")}
Finding = tuple[str, bool, str]


@app.command(help=DOCTOR)
def doctor() -> None:
    """Look for what is wrong."""
    chosen = settings()
    found = list(_findings(chosen))
    rows = [[name, "ok" if good else "WRONG", detail] for name, good, detail in found]
    print_table(f"Paceline in {chosen.home}", ["what", "", "detail"], rows)
    if not all(good for _, good, _ in found):
        raise typer.Exit(1)


def _findings(chosen: Settings) -> Iterator[Finding]:
    """Yield what was looked at, whether it is well, and what was found."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    yield "Python", sys.version_info >= (3, 11), python
    yield "SQLite", sqlite3.sqlite_version_info >= (3, 37), sqlite3.sqlite_version
    chosen.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(chosen.home).free
    yield "disk", free > DISK_FREE_MIN_BYTES, f"{free // 2**20} MiB free"
    yield "server", True, address(chosen.home) or "not running"
    if chosen.qdrant:
        yield _index_server(chosen.qdrant)
    if not chosen.scaled and not (chosen.home / STORE).exists():
        yield "store", True, "none yet"
        return
    yield "identity.key", (chosen.home / SECRET).exists(), "keep it with the backups"
    try:
        yield from _database(chosen.store, chosen) if chosen.store else _file(chosen)
    except (sqlite3.Error, PacelineError) as error:
        yield "store", False, f"{error}"


def _index_server(address: str) -> Finding:
    with closing(ServerEngines(connecting(address), "")) as engines:
        try:
            engines.names()
        except IndexAway as error:
            return "Qdrant", False, str(error)
        return "Qdrant", True, f"{address} answers"


def _file(chosen: Settings) -> Iterator[Finding]:
    with questions(chosen) as asked:
        connection = asked.connection()
        (whole,) = connection.execute("PRAGMA quick_check").fetchone()
        yield "store", whole == "ok", str(whole)
        yield from _store(connection)
        yield from vocabulary(chosen, connection, asked.clock())


def _database(store: str, chosen: Settings) -> Iterator[Finding]:
    from streams.store.postgres import PostgresConnection, StoreOther, schema_of

    with closing(PostgresConnection(store, name="paceline-doctor")) as connection:
        yield from _server(connection)
        version = schema_of(connection)
        if version != SCHEMA_VERSION:
            raise StoreOther(version)
        yield "schema", True, f"{version}"
        if rules.versions(connection):
            yield from _store(connection)
            yield from vocabulary(chosen, connection, system_clock())
        else:
            yield "store", True, "nothing in it yet"
        stored = read_offsets(connection)
    if chosen.kafka:
        yield from _log(chosen.kafka, chosen.topics, stored)


def _log(kafka: str, prefix: str, stored: Mapping[Place, int]) -> Iterator[Finding]:
    """Yield what can be said of Kafka, and of how far its events were read into the store."""
    try:
        found = asyncio.run(lag_from(kafka, stored, now_us=time.time_ns() // 1_000, prefix=prefix))
    except LogAway as error:
        yield "Kafka", False, str(error)
        return
    yield "Kafka", True, f"{kafka} answers"
    there = {one.topic for one in found}
    missing = [name for name in families(prefix) if name not in there]
    yield (
        "topics",
        not missing,
        f"`paceline topics create` makes what is missing: {', '.join(missing)}"
        if missing
        else f"{len(there)} of events",
    )
    waiting = sum(one.records for one in found)
    oldest = max((one.oldest_seconds for one in found), default=0.0)
    detail = f"{waiting} records wait for a worker, the oldest for {oldest:.0f} s" if waiting else "nothing waits"
    yield "lag", oldest <= LAG_MAX_SECONDS, detail


def _server(connection: "PostgresConnection") -> Iterator[Finding]:
    """Yield what can be said of a server whatever is in it."""
    (number, said) = connection.execute(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version')"
    ).fetchone()
    yield "PostgreSQL", number >= SERVER_MIN * 10_000, f"{said}; {SERVER_MIN} or newer is needed"
    for name, good in SAFE.items():
        (value,) = connection.execute("SELECT current_setting(?)", (name,)).fetchone()
        yield name, value in good, f"{value}" if value in good else f"{value}; a power cut may lose what was taken in"
    (limit, used) = connection.execute(
        "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int, "
        "(SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
    ).fetchone()
    yield "connections", limit - used >= CONNECTIONS_FREE_MIN, f"{limit - used} of {limit} free"


def _store(connection: Connection) -> Iterator[Finding]:
    counts = accounting(connection)
    yield (
        "accounting",
        counts.gap == 0,
        (
            f"received {counts.received} = applied {counts.applied} + duplicate {counts.duplicate} + rejected "
            f"{counts.rejected} + dead letters {counts.dead_letters}"
        ),
    )
    (letters,) = connection.execute("SELECT COUNT(*) FROM dead_letters WHERE status = 'open'").fetchone()
    yield "dead letters", letters == 0, f"{letters} open; `paceline dead-letters list` shows them"
    current = rules.versions(connection)[-1]
    same = current.tzdata == rules.tzdata_version()
    yield "rules", same, f"version {current.no}, days in {current.zone}, time zones of {current.tzdata}"
