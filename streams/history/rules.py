"""Rules versions: the zone that cuts postings into days, and folding everything anew under another one."""

import tempfile
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.org.company import Company
from streams.history.replay import Progress, replay, silent
from streams.projection.projector import Projector
from streams.store.connection import Connection
from streams.store.sqlite import connect, open_scratch

# Raised by one whenever postings of old events would come out differently.
DEFINITIONS = 2


class Rules(NamedTuple):
    """A rules version; `active_from` is the moment from which it holds, in microseconds since 1970 UTC."""

    no: int
    zone: str
    tzdata: str
    definitions: int
    active_from: int


def tzdata_version() -> str:
    """Return the version of the time zone database that cuts days."""
    return version("tzdata")


def first_rules(zone: str = "UTC") -> Rules:
    """Return the version under which a new store begins."""
    return Rules(1, zone, tzdata_version(), DEFINITIONS, 0)


def versions(connection: Connection) -> list[Rules]:
    """Return every version of a store that was not pruned, oldest first."""
    rows = connection.execute(
        "SELECT no, zone, tzdata, definitions, active_from FROM rules WHERE pruned = 0 ORDER BY no"
    )
    return [Rules(*row) for row in rows]


def add(connection: Connection, rules: Rules) -> None:
    """Write a version into the open transaction."""
    connection.load("rules", [(*rules, 0)])


def wanted(current: Rules, company: Company) -> Rules | None:
    """Return the version that should follow, None while the current one is right."""
    found = current._replace(zone=company.zone, tzdata=tzdata_version(), definitions=DEFINITIONS)
    return None if found == current else found._replace(no=current.no + 1)


def refold(
    connection: Connection,
    rules: Rules,
    *,
    until: int,
    progress: Progress = silent,
    into: Connection | None = None,
) -> Callable[[], None]:
    """Fold every event up to `until` under other rules, beside the store.

    Return what copies the journal and the cells of the new version into the open transaction of `into`, which is
    `connection` itself unless a replay makes another store of it.
    """
    target = connection if into is None else into
    folder = tempfile.TemporaryDirectory(prefix="paceline-rules-")
    path = Path(folder.name) / "scratch.db"
    try:
        with closing(open_scratch(path)) as scratch:
            replay(connection, Projector(scratch, rules.no, ZoneInfo(rules.zone)), until=until, progress=progress)
    except BaseException:
        folder.cleanup()
        raise

    def copy() -> None:
        with folder, closing(connect(path)) as scratch:
            for table in ("journal", "cells", "gross"):
                target.load(table, scratch.execute(f"SELECT * FROM {table}"))

    return copy
