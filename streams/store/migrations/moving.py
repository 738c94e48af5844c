"""Moving a store from one schema to another, in one transaction."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from streams.store.schema import FIRST, SCHEMA_VERSION, STAMPED, stamp
from streams.store.sqlite import connect, make_safe

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.runtime.migration import MigrationStep as Step

_HAS_STAMP = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"


def move_file(path: Path, target: int = SCHEMA_VERSION) -> int:
    """Move a store in a file, which nobody else has open for writing, and return the schema that it had."""
    engine = create_engine("sqlite://", creator=lambda: make_safe(connect(path), path), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            if version == FIRST and not connection.exec_driver_sql(_HAS_STAMP).scalar():
                # Schema 1 was known by its number alone.
                connection.exec_driver_sql(STAMPED)
                connection.exec_driver_sql(stamp(FIRST))
            if version != target:
                move(connection, version, target)
                connection.exec_driver_sql(f"PRAGMA user_version={target}")
            connection.commit()
    except DBAPIError as error:
        raise (error.orig or error) from None
    return version


def move(connection: Connection, version: int, target: int) -> None:
    """Run the steps between two schemas in the open transaction."""
    # Only who changes a schema waits for this library to be loaded.
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(Path(__file__).parent))

    def steps(_: object, __: "MigrationContext") -> "Iterable[Step]":
        if target > version:
            return script._upgrade_revs(_name(target), _name(version))
        return script._downgrade_revs(_name(target), _name(version))

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context):
        context.run_migrations()


def _name(version: int) -> str:
    return f"{version:04}" if version else "base"
