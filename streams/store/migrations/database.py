"""Moving a store in Postgres from one schema to another, while others wait for their turn."""

import psycopg
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from streams.store.connection import StoreFailed
from streams.store.migrations.moving import move
from streams.store.postgres import StoreOther, make_store
from streams.store.schema import SCHEMA_VERSION
from streams.store.turn import MAKING, TURN

LOCKS_MS = 60_000


def upgrade_database(address: str) -> int:
    """Bring a store to the schema of this Paceline, made when there is none, and return the schema that it had.

    Raise `StoreOther` when it is newer.
    """
    version = move_database(address, SCHEMA_VERSION)
    if not version:
        make_store(address)
    return version


def move_database(address: str, target: int) -> int:
    """Move a store to a schema, and return the one that it had; 0, and nothing is done, where there is no store.

    Whoever writes waits until it is done, and so does another who moves it. Raise `StoreFailed` when somebody reads
    for so long that the tables cannot be changed.
    """
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(address), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            for number in (MAKING, TURN):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number})")
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCKS_MS}")
            return _moved(connection, target)
    except DBAPIError as error:
        raise StoreFailed(str(error.orig).partition("\n")[0], passing=True) from None


def _moved(connection: Connection, target: int) -> int:
    there = connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar()
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if there else None
    version = int(found or 0)
    if version > SCHEMA_VERSION:
        raise StoreOther(version)
    if version not in (0, target):
        move(connection, version, target)
    return version
