"""The statements of the projector, written once in SQLAlchemy Core and rendered once for each database.

SQLite gets one row at a time from a list; Postgres gets the columns of all rows as arrays, or a stream of rows (COPY)
where nothing can be in the way. SQLAlchemy is read with this file, which whoever only reads a store does without.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from sqlalchemy import Column, Dialect, Executable, Select, Table, bindparam, column, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from streams.store import tables

Insert: TypeAlias = sqlite.Insert | postgresql.Insert
Upsert = Callable[[Insert], Executable]

SQLITE: Dialect = sqlite.dialect(paramstyle="qmark")
POSTGRES: Dialect = postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
_ARRAYS = {"BIGINT": "int8[]", "INTEGER": "int4[]", "SMALLINT": "int2[]", "TEXT": "text[]", "BYTEA": "bytea[]"}

CELL_KEYS = ("rules", "span", "measure", "start", "rep", "currency", "rate_day", "dims", "value")
CELL_SUMS = ("n", "count_bp", "amount")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One statement: what it is called with, column by column, and how each database says it.

    :ivar copied: only adds rows that cannot be there yet.
    """

    table: Table
    columns: tuple[str, ...]
    sqlite: str
    postgres: str
    copied: bool = False


def _adding(keys: Sequence[str], sums: Sequence[str], table: Table) -> Upsert:
    def upsert(adding: Insert) -> Executable:
        total = {name: table.c[name] + adding.excluded[name] for name in sums}
        return adding.on_conflict_do_update(index_elements=list(keys), set_=total)

    return upsert


def _replacing(keys: Sequence[str], names: Sequence[str]) -> Upsert:
    def upsert(adding: Insert) -> Executable:
        changed = {name: adding.excluded[name] for name in names}
        return adding.on_conflict_do_update(index_elements=list(keys), set_=changed)

    return upsert


def _newest(adding: Insert) -> Executable:
    changed = {name: adding.excluded[name] for name in ("name", "time_us")}
    where = adding.excluded.time_us >= tables.profiles.c.time_us
    return adding.on_conflict_do_update(index_elements=["subject"], set_=changed, where=where)


def _unless_there(adding: Insert) -> Executable:
    return adding.on_conflict_do_nothing()


def _plain(adding: Insert) -> Executable:
    return adding


def _insert(table: Table, upsert: Upsert, columns: Sequence[str] = (), *, copied: bool = False) -> Statement:
    names = tuple(columns or table.c.keys())
    one = sqlite.insert(table).values({name: bindparam(name) for name in names})
    many = postgresql.insert(table).from_select(names, _arrays([table.c[name] for name in names]))
    return Statement(
        table=table,
        columns=names,
        sqlite=_said(upsert(one), SQLITE),
        postgres=_said(upsert(many), POSTGRES),
        copied=copied,
    )


def _arrays(columns: Sequence[Column[object]]) -> Select[*tuple[object, ...]]:
    """Return a selection from as many arrays as there are columns."""
    kinds = ", ".join(f"?::{_ARRAYS[one.type.compile(POSTGRES).partition(' ')[0]]}" for one in columns)
    given = text(f"unnest({kinds}) AS given({_names(columns)})")
    return select(*(column(one.name) for one in columns)).select_from(given)


def _names(columns: Sequence[Column[object]]) -> str:
    return ", ".join(f'"{one.name}"' for one in columns)


def _said(statement: Executable, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))  # type: ignore[attr-defined]


def _contributions_gone() -> Statement:
    table = tables.contributions
    one = delete(table).where(table.c.account == bindparam("a"), table.c.teller == bindparam("t"))
    many = (
        "DELETE FROM contributions c USING unnest(?::text[], ?::text[]) AS gone(account, teller) "
        "WHERE c.account = gone.account AND c.teller = gone.teller"
    )
    return Statement(table=table, columns=("account", "teller"), sqlite=_said(one, SQLITE), postgres=many)


@cache
def statements() -> Mapping[str, Statement]:
    """Return everything that is written in bulk, by name."""
    cells, gross, counters = tables.cells, tables.gross, tables.counters
    return {
        "events": _insert(tables.events, _plain, copied=True),
        "event_ids": _insert(tables.event_ids, _plain, copied=True),
        "journal": _insert(tables.journal, _plain, copied=True),
        "dead_letters": _insert(tables.dead_letters, _plain, copied=True),
        "rules": _insert(tables.rules, _plain, copied=True),
        "roots": _insert(tables.roots, _replacing(["no"], ["state", "tag", "touched"])),
        "roots_named": _insert(tables.roots, _replacing(["no"], ["touched"]), ("no", "subject", "touched")),
        "cells": _insert(cells, _adding(CELL_KEYS, CELL_SUMS, cells)),
        "gross": _insert(gross, _adding(("rules", "measure", "rep", "currency"), ("amount",), gross)),
        "counters": _insert(counters, _adding(("name", "source"), ("value",), counters)),
        "contributions": _insert(tables.contributions, _replacing(["account", "teller"], ["body"])),
        "contributions_gone": _contributions_gone(),
        "profiles": _insert(tables.profiles, _newest),
        "answers": _insert(tables.answers, _unless_there),
        "facts": _insert(tables.facts, _replacing(["name"], ["value"])),
        "index_queue": _insert(tables.index_queue, _replacing(["subject"], ["position"])),
        "offsets": _insert(tables.offsets, _replacing(["topic", "part"], ["next"])),
    }


def definitions(dialect: Dialect) -> Iterator[str]:
    """Yield the statements that make the tables of a store and their indexes."""
    for table in tables.metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda item: item.name or ""):
            yield str(CreateIndex(index).compile(dialect=dialect))
