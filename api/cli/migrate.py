"""`paceline migrate`: everything moved from a data folder into a database, or back."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from api.cli.home import locked
from api.cli.output import NothingHere, console, progress_bar
from api.secret import SECRET
from api.settings import Settings, settings
from services.errors import PacelineError
from streams.embedded.backup import carry_out
from streams.embedded.home import STORE
from streams.history.replay import Progress
from streams.history.transfer import StoreNotEmpty, occupied
from streams.store.connection import Connection
from streams.store.sqlite import open_reader

app = typer.Typer()
MIGRATE = """Move everything from a data folder into a PostgreSQL database, or back.

Every row is copied with its position and moment and compared with what was read; the numbers are the same. The old
store stays as it is. Let workers read what is left in Kafka, then stop whatever writes. When this is stopped on the
way, nothing is there: run it again.

Examples:

  paceline migrate --to postgresql://paceline@db.example.com/paceline

  paceline migrate --from postgresql://paceline@db.example.com/paceline --to /srv/paceline
"""
DATABASE = ("postgresql://", "postgres://")
Place: TypeAlias = "Path | str"


class KeyOfAnother(PacelineError):
    """A folder with the key of another installation."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder / SECRET} belongs to another installation: the same people would get other ids. "
            "Name another folder, or put that file aside."
        )


@app.command(help=MIGRATE)
def migrate(
    to: Annotated[str, typer.Option("--to", metavar="PLACE", help="postgresql://…, or a folder.")],
    origin: Annotated[
        str | None, typer.Option("--from", metavar="PLACE", help="The same; by default the store in use.")
    ] = None,
) -> None:
    """Move everything from a data folder into a database, or back."""
    chosen = settings()
    source, target = _place(origin) if origin else chosen.store or chosen.home, _place(to)
    if isinstance(target, Path) and (target / STORE).exists():
        raise StoreNotEmpty(str(target / STORE))
    with _reading(source) as connection, progress_bar("Moving") as progress:
        events = _moved(chosen, source, connection, target, progress)
    console().print(f"{events} events moved, and every table compared. The old store stays as it is.", soft_wrap=True)
    console().print(_next(chosen, source, target), soft_wrap=True)


def _place(text: str) -> Place:
    if text.startswith(DATABASE):
        return text
    if "://" in text:
        raise typer.BadParameter("must be postgresql://… or a folder", param_hint="PLACE")
    return Path(text).expanduser()


@contextmanager
def _reading(source: Place) -> Iterator[Connection]:
    """Give a store that nobody writes meanwhile; raise `NothingHere` when nothing was ever sent to it."""
    with _file(source) if isinstance(source, Path) else _database(source) as connection:
        if not occupied(connection):
            raise NothingHere(str(source) if isinstance(source, Path) else "the database")
        yield connection


@contextmanager
def _file(folder: Path) -> Iterator[Connection]:
    path = folder / STORE
    if not path.exists():
        raise NothingHere(str(folder))
    with locked(folder), closing(open_reader(path)) as connection, connection.snapshot():
        yield connection


@contextmanager
def _database(store: str) -> Iterator[Connection]:
    from streams.store.postgres import open_postgres

    with (
        closing(open_postgres(store, name="paceline-migrate-from")) as holding,
        closing(open_postgres(store, name="paceline-migrate-from")) as reading,
    ):
        for connection in (holding, reading):
            connection.execute("SET statement_timeout = 0")
        # Whoever writes waits until everything was read.
        with holding.turn(), reading.snapshot():
            yield reading


def _moved(chosen: Settings, source: Place, connection: Connection, target: Place, progress: Progress) -> int:
    if isinstance(target, str):
        from streams.scaled.filling import fill

        return fill(target, connection, progress)
    with locked(target):
        _bring_key(source if isinstance(source, Path) else chosen.home, target)
        return carry_out(connection, target / STORE, progress)


def _bring_key(origin: Path, target: Path) -> None:
    """Let the folder have the key under which the ids were made; raise `KeyOfAnother` when it has a different one."""
    here, there = origin / SECRET, target / SECRET
    if not here.exists():
        return
    if there.exists():
        if there.read_bytes() != here.read_bytes():
            raise KeyOfAnother(target)
        return
    part = target / f"{SECRET}.{os.getpid()}"
    shutil.copyfile(here, part)
    part.chmod(0o600)
    part.rename(there)


def _next(chosen: Settings, source: Place, target: Place) -> str:
    if isinstance(target, str):
        home = source if isinstance(source, Path) else chosen.home
        return (
            "Next: set PACELINE_STORE to that address, and PACELINE_KAFKA to your brokers, wherever Paceline runs; "
            f"{home / SECRET} must lie in every PACELINE_HOME, else new exports get new ids."
        )
    return f"Next: set PACELINE_HOME={target} and unset PACELINE_STORE and PACELINE_KAFKA, then run `paceline serve`."
