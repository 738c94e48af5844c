"""Offsets: how far the log was read into a store."""

from collections.abc import Mapping
from typing import TypeAlias

from streams.store.connection import Connection

# A topic and the number of one of its partitions.
Place: TypeAlias = tuple[str, int]


def read_offsets(connection: Connection) -> dict[Place, int]:
    """Return the offset from which each partition is to be read on; one that was never read is not named."""
    rows = connection.execute("SELECT topic, part, next FROM offsets")
    return {(topic, part): following for topic, part, following in rows}


def write_offsets(connection: Connection, offsets: Mapping[Place, int]) -> None:
    """Write into the open transaction from which offset each partition is to be read on."""
    connection.put("offsets", [(*place, following) for place, following in sorted(offsets.items())])
