"""Filling: an empty database made the store that another one was, whole or not at all."""

from contextlib import closing
from urllib.parse import urlsplit

from streams.history.replay import Progress, silent
from streams.history.transfer import StoreNotEmpty, clear, occupied, transfer
from streams.store.connection import Connection
from streams.store.postgres import PostgresConnection, StoreOther, definitions, schema_of
from streams.store.schema import SCHEMA_VERSION
from streams.store.turn import MAKING


def fill(address: str, source: Connection, progress: Progress = silent) -> int:
    """Carry a store, read within a snapshot, into a database without events, and return how many these are.

    It is one transaction: whoever looks sees the empty database until everything is there and compared, and what is
    killed on the way leaves it empty. Raise `StoreNotEmpty`, `StoreOther` or `TransferDiffers`.
    """
    with closing(PostgresConnection(address, name="paceline-migrate")) as target:
        if _is_made(target) and occupied(target):
            # It may be the source itself, whose turn somebody holds.
            raise StoreNotEmpty(place(address))
        with target.turn():
            target.execute("SET LOCAL statement_timeout = 0")
            target.execute("SELECT pg_advisory_xact_lock(?)", (MAKING,))
            if not _is_made(target):
                for statement in definitions():
                    target.execute(statement)
            clear(target, place(address))
            return transfer(source, target, progress)


def _is_made(target: PostgresConnection) -> bool:
    """Return whether the tables are there; raise `StoreOther` when they are those of another schema."""
    version = schema_of(target)
    if version not in (0, SCHEMA_VERSION):
        raise StoreOther(version)
    return version != 0


def place(address: str) -> str:
    """Return an address as it may be shown: without a password."""
    parts = urlsplit(address)
    return f"{parts.hostname or 'localhost'}{f':{parts.port}' if parts.port else ''}{parts.path}"
