"""Schema 2: a store that several processes write, that knows how far it has read a log, and what search must read."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision, down_revision = "0002", "0001"

Words = Text().with_variant(Text(collation="C"), "postgresql")
# In Postgres text was compared by the language of the database.
TEXTS = {
    "events": ("source", "id", "type"),
    "roots": ("subject", "tag"),
    "contributions": ("account", "teller"),
    "journal": ("measure", "rep", "currency", "dims", "subject"),
    "cells": ("span", "measure", "rep", "currency", "dims"),
    "gross": ("measure", "rep", "currency"),
    "rules": ("zone", "tzdata"),
    "dead_letters": ("class", "reason", "detail", "source", "event_id", "type", "status"),
    "profiles": ("subject", "name"),
    "counters": ("name", "source"),
    "facts": ("name", "value"),
}
# Search has read nothing yet. Which deals are of use to it their rows do not tell; it finds out as it reads them.
TO_READ = (
    "INSERT INTO index_queue SELECT subject, (SELECT MAX(position) FROM events) FROM roots "
    "WHERE subject LIKE 'deal/%' AND state IS NOT NULL"
)
ROOT_OF_EVENT = "events_root_no_fkey"


def upgrade() -> None:
    """Add what several writers need; in Postgres compare text as SQLite does and look no root up for an event."""
    op.add_column("roots", Column("touched", BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "offsets",
        Column("topic", Words, primary_key=True),
        Column("part", Integer, primary_key=True),
        Column("next", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "index_queue",
        Column("subject", Words, primary_key=True),
        Column("position", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("index_queue_by_age", "index_queue", ["position"])
    op.execute(TO_READ)
    if _is_postgres():
        op.drop_constraint(ROOT_OF_EVENT, "events", type_="foreignkey")
        _collate("C")


def downgrade() -> None:
    """Go back to a single writer; how far a log was read, and what search must read, is forgotten."""
    if _is_postgres():
        _collate("default")
        op.create_foreign_key(ROOT_OF_EVENT, "events", "roots", ["root_no"], ["no"])
    op.drop_table("index_queue")
    op.drop_table("offsets")
    op.drop_column("roots", "touched")


def _is_postgres() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _collate(name: str) -> None:
    """Compare all text by a collation; each table is gone through once."""
    for table, columns in TEXTS.items():
        changes = ", ".join(f'ALTER COLUMN "{column}" TYPE TEXT COLLATE "{name}"' for column in columns)
        op.execute(f"ALTER TABLE {table} {changes}")
