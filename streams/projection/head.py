"""Where a store stands, as whoever is about to write it must know."""

from typing import NamedTuple

from streams.store.connection import Connection


class Head(NamedTuple):
    """Where a store stands: its last event, dead letter and rules version, the number of the next root, its making.

    `made` counts how often everything derived was made again; whatever was read before the last time may be wrong.
    """

    position: int
    applied_us: int
    dead_letter: int
    next_no: int
    rules: int
    made: str


MADE = "made_again"
_HEAD = (
    "SELECT COALESCE((SELECT MAX(position) FROM events), 0), "
    "COALESCE((SELECT applied_us FROM events ORDER BY position DESC LIMIT 1), 0), "
    "COALESCE((SELECT MAX(id) FROM dead_letters), 0), COALESCE((SELECT MAX(no) FROM roots), 0) + 1, "
    f"COALESCE((SELECT MAX(no) FROM rules), 0), COALESCE((SELECT value FROM facts WHERE name = '{MADE}'), '0')"
)


def read_head(connection: Connection) -> Head:
    """Return where a store stands now."""
    return Head(*connection.execute(_HEAD).fetchone())
