"""`paceline schema`: the version of the tables of a store, and the way to another."""

from contextlib import closing

import typer

from api.cli.home import locked
from api.cli.output import NothingHere, console, progress_bar, say
from api.settings import Settings, settings
from streams.embedded import upgrade as files
from streams.embedded.home import STORE
from streams.embedded.upgrade import SchemaOldest, schema_of_file
from streams.store.schema import FIRST, SCHEMA_VERSION

app = typer.Typer(
    name="schema",
    no_args_is_help=True,
    help="""See and change the version of the tables of the store.

A store in the data folder is upgraded by itself when it is opened for writing, with a copy of what it was; one in a
database is upgraded here, before the new version of Paceline starts to work on it.

Examples:

  paceline schema current

  paceline schema upgrade
""",
)

CURRENT = """Show the schema of the store, and the one that this Paceline works with; exit code 1 when they differ.

Example:

  paceline schema current
"""
UPGRADE = """Bring the store to the schema of this Paceline.

In an empty database the tables are made. Several at once do it once; whoever writes a database waits.

Example:

  paceline schema upgrade
"""
DOWNGRADE = """Take the store one schema back, for the version of Paceline before this one.

Stop everything that works on it, downgrade, then install the older Paceline. What only the newer schema holds is lost;
a store in the data folder is copied first.

Example:

  paceline schema downgrade
"""


@app.command(help=CURRENT)
def current() -> None:
    """Show the schema of the store."""
    found = _version(settings())
    console().print(f"The store has schema {found or 'none'}; this Paceline works with {SCHEMA_VERSION}.")
    if found != SCHEMA_VERSION:
        raise typer.Exit(1)


@app.command(help=UPGRADE)
def upgrade() -> None:
    """Bring the store to the schema of this Paceline."""
    chosen = settings()
    if chosen.store is not None:
        from streams.store.migrations.database import upgrade_database

        _tell(upgrade_database(chosen.store), SCHEMA_VERSION)
        return
    with locked(chosen.home), progress_bar("Copying the store before its upgrade") as progress:
        before = _there(chosen)
        kept = files.upgrade(chosen.home / STORE, progress)
    _tell(before, SCHEMA_VERSION)
    if kept:
        say(f"What it was before is kept in {kept}.")


@app.command(help=DOWNGRADE)
def downgrade() -> None:
    """Take the store one schema back."""
    chosen = settings()
    if chosen.store is not None:
        from streams.store.migrations.database import move_database

        before = _there(chosen)
        if before == FIRST:
            raise SchemaOldest
        _tell(move_database(chosen.store, before - 1), before - 1)
        return
    with locked(chosen.home), progress_bar("Copying the store before its downgrade") as progress:
        before = _there(chosen)
        kept = files.downgrade(chosen.home / STORE, progress)
    _tell(before, before - 1)
    say(f"What it was before is kept in {kept}.")


def _tell(before: int, after: int) -> None:
    console().print(
        f"The store has schema {after} already." if before == after else f"Schema {before or 'none'} became {after}."
    )


def _there(chosen: Settings) -> int:
    """Return the schema of a store; raise `NothingHere` when there is none."""
    found = _version(chosen)
    if not found:
        raise NothingHere(str(chosen.home))
    return found


def _version(chosen: Settings) -> int:
    if chosen.store is None:
        return schema_of_file(chosen.home / STORE)
    from streams.store.postgres import PostgresConnection, schema_of

    with closing(PostgresConnection(chosen.store)) as connection:
        return schema_of(connection)
