"""Schema 1: the archive, what the projector makes of it, and the ledger. It stays as it was first released."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

revision, down_revision = "0001", None

metadata = MetaData()

Number = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "events",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False),
    Column("applied_us", BigInteger, nullable=False),
    Column("root_no", BigInteger, ForeignKey("roots.no"), nullable=False),
    Column("source", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("time_us", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("flags", SmallInteger, nullable=False),
    Column("recorded_us", BigInteger),
    Column("data", LargeBinary, nullable=False),
    Column("text", LargeBinary),
    Column("fingerprint", LargeBinary, nullable=False),
)

Index("events_of_root", events.c.root_no, events.c.position)

event_ids = Table(
    "event_ids",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("position", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

roots = Table(
    "roots",
    metadata,
    Column("no", Number, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False, unique=True),
    Column("state", LargeBinary),
    Column("tag", Text),
)
Index("roots_by_tag", roots.c.tag, sqlite_where=roots.c.tag.is_not(None), postgresql_where=roots.c.tag.is_not(None))

contributions = Table(
    "contributions",
    metadata,
    Column("account", Text, primary_key=True),
    Column("teller", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

journal = Table(
    "journal",
    metadata,
    Column("rules", Integer, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("root_no", BigInteger, nullable=False),
    Column("rep", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("rate_day", Integer, nullable=False),
    Column("dims", Text, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("at_us", BigInteger),
    Column("subject", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("count_bp", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

cells = Table(
    "cells",
    metadata,
    Column("rules", Integer, primary_key=True),
    Column("span", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("rep", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("rate_day", Integer, primary_key=True),
    Column("dims", Text, primary_key=True),
    Column("value", BigInteger, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("count_bp", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

gross = Table(
    "gross",
    metadata,
    Column("rules", Integer, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("rep", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

rules = Table(
    "rules",
    metadata,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("zone", Text, nullable=False),
    Column("tzdata", Text, nullable=False),
    Column("definitions", Integer, nullable=False),
    Column("active_from", BigInteger),
    Column("pruned", Integer, nullable=False, default=0),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Number, primary_key=True),
    Column("received_us", BigInteger, nullable=False),
    Column("class", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", Text, nullable=False),
)
Index("dead_letters_open", dead_letters.c.status, dead_letters.c.id)
Index("dead_letters_by_event", dead_letters.c.source, dead_letters.c.event_id)

profiles = Table(
    "profiles",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("time_us", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

answers = Table(
    "answers",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("answers_by_age", answers.c.created_us)

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)


def upgrade() -> None:
    """Make the tables of a new store."""
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Remove the tables with all that they hold."""
    metadata.drop_all(op.get_bind(), checkfirst=False)
