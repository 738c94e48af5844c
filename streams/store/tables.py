"""The tables of a store: the archive of events, and what the projector makes of it."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

metadata = MetaData()

# SQLite gives a rowid only to a column that is literally INTEGER PRIMARY KEY.
Number = BigInteger().with_variant(Integer, "sqlite")
# Text is compared by its code points everywhere, so that what is sorted is sorted alike.
Words = Text().with_variant(Text(collation="C"), "postgresql")

# The archive: the only table that cannot be made again. `text` holds what may be erased.
events = Table(
    "events",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False),
    Column("applied_us", BigInteger, nullable=False),
    Column("root_no", BigInteger, nullable=False),
    Column("source", Words, nullable=False),
    Column("id", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("time_us", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("flags", SmallInteger, nullable=False),
    Column("recorded_us", BigInteger),
    Column("data", LargeBinary, nullable=False),
    Column("text", LargeBinary),
    Column("fingerprint", LargeBinary, nullable=False),
    # SQLite only writes it down; Postgres would look it up for every event.
    ForeignKeyConstraint(["root_no"], ["roots.no"]).ddl_if(dialect="sqlite"),
)

# Roots get their numbers in the order in which they appear, so that the events of busy roots lie close together.
Index("events_of_root", events.c.root_no, events.c.position)

# Ids are looked up for every event: sixteen bytes instead of a source and an id keep the index in memory.
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
    Column("subject", Words, nullable=False, unique=True),
    Column("state", LargeBinary),
    Column("tag", Words),
    # The position of the last event that had to do with it; says whether what was read of it still holds.
    Column("touched", BigInteger, nullable=False, server_default="0"),
)
# Few roots are read together: those of the organisation and the open deals.
Index("roots_by_tag", roots.c.tag, sqlite_where=roots.c.tag.is_not(None), postgresql_where=roots.c.tag.is_not(None))

contributions = Table(
    "contributions",
    metadata,
    Column("account", Words, primary_key=True),
    Column("teller", Words, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Rows of one measure and day lie together: boards, explanations and as-of reads scan just those.
journal = Table(
    "journal",
    metadata,
    Column("rules", Integer, primary_key=True),
    Column("measure", Words, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("root_no", BigInteger, nullable=False),
    Column("rep", Words, nullable=False),
    Column("currency", Words, nullable=False),
    Column("rate_day", Integer, nullable=False),
    Column("dims", Words, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("at_us", BigInteger),
    Column("subject", Words, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("count_bp", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# `span` is day, month or total; `start` the day number, the month number or 0. Months and totals do not tell days
# of exchange rates apart (`rate_day` is 0): money to be converted is read from the day cells.
cells = Table(
    "cells",
    metadata,
    Column("rules", Integer, primary_key=True),
    Column("span", Words, primary_key=True),
    Column("measure", Words, primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("rep", Words, primary_key=True),
    Column("currency", Words, primary_key=True),
    Column("rate_day", Integer, primary_key=True),
    Column("dims", Words, primary_key=True),
    Column("value", BigInteger, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("count_bp", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Amounts without their signs, added up (gross.py). What was posted and taken back depends on the order of arrival, and
# so do these; no number reads them.
gross = Table(
    "gross",
    metadata,
    Column("rules", Integer, primary_key=True),
    Column("measure", Words, primary_key=True),
    Column("rep", Words, primary_key=True),
    Column("currency", Words, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# A rules version: the business zone and everything else that cuts entries into postings.
rules = Table(
    "rules",
    metadata,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("zone", Words, nullable=False),
    Column("tzdata", Words, nullable=False),
    Column("definitions", Integer, nullable=False),
    Column("active_from", BigInteger),
    Column("pruned", Integer, nullable=False, default=0),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Number, primary_key=True),
    Column("received_us", BigInteger, nullable=False),
    Column("class", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("event_id", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", Words, nullable=False),
)
Index("dead_letters_open", dead_letters.c.status, dead_letters.c.id)
Index("dead_letters_by_event", dead_letters.c.source, dead_letters.c.event_id)

# Names are free text: they can be erased and no number reads them.
profiles = Table(
    "profiles",
    metadata,
    Column("subject", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("time_us", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# What was received and what became of it, by the source of the event.
counters = Table(
    "counters",
    metadata,
    Column("name", Words, primary_key=True),
    Column("source", Words, primary_key=True),
    Column("value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Answers of requests that carried an Idempotency-Key.
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
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
    sqlite_with_rowid=False,
)

# What search reads, and when it changed last. Each index reads along by the positions and remembers how far it came,
# so that any number of them, of several nodes or of several models, see each change.
index_queue = Table(
    "index_queue",
    metadata,
    Column("subject", Words, primary_key=True),
    Column("position", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("index_queue_by_age", index_queue.c.position)

# How far the log was read: everything of a partition below `next` is in the store.
offsets = Table(
    "offsets",
    metadata,
    Column("topic", Words, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("next", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
