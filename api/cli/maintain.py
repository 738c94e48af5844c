"""`paceline verify`, `replay`, `doctor`, `backup` and `restore`: care for a store."""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from api.cli.home import has_store, questions, writing
from api.cli.output import NothingHere, console, print_table, progress_bar, say
from api.secret import SECRET
from api.settings import Settings, settings
from api.upkeep import backup_made
from services.errors import PacelineError
from streams.embedded import backup as copies
from streams.embedded.home import STORE
from streams.embedded.lock import HomeLock, address
from streams.embedded.writer import system_clock
from streams.history import rules
from streams.history import verify as checks
from streams.ledger.accounting import accounting
from streams.store.connection import Connection
from streams.store.sqlite import open_reader

VERIFY = """Replay everything beside the store and compare, byte by byte.

It changes nothing and may run while the server does; exit code 1 says that something differs.

Example:

  paceline verify
"""
REPLAY = """Throw away everything that follows from the events and make it again.

The events themselves are kept. The server must be stopped.

Example:

  paceline replay
"""
DOCTOR = """Look for what is wrong: store, disk, accounting, dead letters, rules.

Example:

  paceline doctor
"""
BACKUP = """Write a checked copy of the store while it is in use.

Keep the file identity.key of the data folder with it.

Example:

  paceline backup /mnt/backups/paceline-2017-04-01.db
"""
RESTORE = """Put a backup in the place of the store; the old one is kept beside it.

The server must be stopped.

Example:

  paceline restore /mnt/backups/paceline-2017-04-01.db
"""
DISK_FREE_MIN_BYTES = 500 * 2**20


def verify() -> None:
    """Replay everything beside the store and compare."""
    with questions(settings()) as asked, progress_bar("Replaying") as progress:
        connection = asked.connection()
        with connection.snapshot():
            verdict = checks.verify(connection, progress)
    rows = [
        [
            table,
            digest[:16],
            verdict.replayed[table][:16],
            "equal" if digest == verdict.replayed[table] else "DIFFERS",
        ]
        for table, digest in verdict.here.items()
    ]
    print_table(f"{verdict.events} events replayed", ["table", "here", "replayed", ""], rows)
    if verdict.differing:
        say("[bold red]The store differs from its own events.[/bold red] `paceline replay` makes it right.")
        raise typer.Exit(1)


def replay() -> None:
    """Make everything that follows from the events again."""
    with writing(settings()) as home, progress_bar("Replaying") as progress:
        events = checks.rebuild(home.connection, progress)
    console().print(f"{events} events replayed.")


def doctor() -> None:
    """Look for what is wrong."""
    chosen = settings()
    found = list(_findings(chosen))
    rows = [[name, "ok" if good else "WRONG", detail] for name, good, detail in found]
    print_table(f"Paceline in {chosen.home}", ["what", "", "detail"], rows)
    if not all(good for _, good, _ in found):
        raise typer.Exit(1)


def _findings(chosen: Settings) -> Iterator[tuple[str, bool, str]]:
    """Yield what was looked at, whether it is well, and what was found."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    yield "Python", sys.version_info >= (3, 11), python
    yield "SQLite", sqlite3.sqlite_version_info >= (3, 37), sqlite3.sqlite_version
    chosen.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(chosen.home).free
    yield "disk", free > DISK_FREE_MIN_BYTES, f"{free // 2**20} MiB free"
    yield "server", True, address(chosen.home) or "not running"
    if not (chosen.home / STORE).exists():
        yield "store", True, "none yet"
        return
    yield "identity.key", (chosen.home / SECRET).exists(), "keep it with the backups"
    try:
        with questions(chosen) as asked:
            yield from _store_findings(asked.connection())
    except (sqlite3.Error, PacelineError) as error:
        yield "store", False, f"{error}"


def _store_findings(connection: Connection) -> Iterator[tuple[str, bool, str]]:
    (whole,) = connection.execute("PRAGMA quick_check").fetchone()
    yield "store", whole == "ok", str(whole)
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


def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
) -> None:
    """Write a checked copy of the store."""
    chosen = settings()
    if not has_store(chosen):
        raise NothingHere(str(chosen.home))
    with closing(open_reader(chosen.home / STORE)) as connection, progress_bar("Copying") as progress:
        events = copies.backup(connection, target, progress)
    backup_made(chosen.home, system_clock())
    console().print(f"{events} events written to {target} and checked.")


def restore(source: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]) -> None:
    """Put a backup in the place of the store."""
    chosen = settings()
    lock = HomeLock(chosen.home)
    try:
        lock.take()
        events = copies.restore(source, chosen.home / STORE)
    finally:
        lock.release()
    console().print(f"{events} events restored into {chosen.home}.")
