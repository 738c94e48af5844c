"""`paceline backup` and `restore`: one kind of file for stores of either kind."""

import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from api.cli.home import has_store, locked
from api.cli.output import NothingHere, console, progress_bar
from api.settings import settings
from api.upkeep import backup_made
from streams.embedded import backup as copying
from streams.embedded.home import STORE
from streams.embedded.upgrade import schema_of_file
from streams.embedded.writer import system_clock
from streams.history.replay import Progress
from streams.store.schema import SCHEMA_VERSION
from streams.store.sqlite import open_reader

app = typer.Typer()
BACKUP = """Write a checked copy of the store while it is in use.

Of a database it is written as a file of its own that `restore` brings back into a data folder or into an empty
database. Keep the file identity.key of the data folder with it.

Example:

  paceline backup /mnt/backups/paceline-2017-04-01.db
"""
RESTORE = """Put a backup in the place of the store.

In a data folder the old store is kept beside it, and the server must be stopped. A database must be empty.

Example:

  paceline restore /mnt/backups/paceline-2017-04-01.db
"""


@app.command(help=BACKUP)
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
) -> None:
    """Write a checked copy of the store."""
    chosen = settings()
    if not has_store(chosen):
        raise NothingHere(str(chosen.home))
    with progress_bar("Copying") as progress:
        if chosen.store is None:
            with closing(open_reader(chosen.home / STORE)) as connection:
                events = copying.backup(connection, target, progress)
        else:
            events = _from_database(chosen.store, target, progress)
    backup_made(chosen.home, system_clock())
    console().print(f"{events} events written to {target} and checked.")


def _from_database(store: str, target: Path, progress: Progress) -> int:
    from streams.store.postgres import open_postgres

    with closing(open_postgres(store, name="paceline-backup")) as connection:
        connection.execute("SET statement_timeout = 0")
        with connection.snapshot():
            return copying.carry_out(connection, target, progress)


@app.command(help=RESTORE)
def restore(source: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]) -> None:
    """Put a backup in the place of the store."""
    chosen = settings()
    if chosen.store is not None:
        with progress_bar("Restoring") as progress:
            events = _into_database(source, chosen.store, progress)
        console().print(f"{events} events restored into the database and compared.")
        return
    with locked(chosen.home):
        events = copying.restore(source, chosen.home / STORE)
    console().print(f"{events} events restored into {chosen.home}.")


def _into_database(source: Path, store: str, progress: Progress) -> int:
    from streams.scaled.filling import fill
    from streams.store.migrations.moving import move_file

    copying.checked(source)
    with tempfile.TemporaryDirectory(prefix="paceline-restore-") as folder:
        file = source
        if schema_of_file(source) != SCHEMA_VERSION:
            # An older backup stays as it is.
            file = Path(shutil.copyfile(source, Path(folder) / STORE))
            move_file(file)
        with closing(open_reader(file)) as connection, connection.snapshot():
            return fill(store, connection, progress)
