"""Wellbeing: whether everything is well, and what is not, in one look for people and for programs."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from api.searching.service import Search, Status
from api.settings import VERSION
from api.upkeep import backup_age_seconds
from api.wiring import House
from services.errors import PacelineError
from streams.embedded.home import STORE
from streams.history import rules
from streams.history.rules import Rules
from streams.ledger.accounting import Accounting, accounting
from streams.scaled.around import Around
from streams.store.connection import Connection

LAG_MAX_SECONDS = 60.0
BACKUP_MAX_SECONDS = 36 * 3_600.0
DISK_FREE_MIN = 0.1
REASONS_MAX = 20

Level = Literal["wrong", "watch"]
Verdict = Literal["well", "watch", "wrong"]
_BY_REASON = (
    "SELECT reason, COUNT(*), MIN(received_us) FROM dead_letters WHERE status = 'open' "
    "GROUP BY reason ORDER BY 2 DESC, 1 LIMIT ?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Letters:
    """Open dead letters of one reason, and the age of the oldest."""

    reason: str
    count: int
    oldest_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What a store says of itself; it has no rules before the first event."""

    accounting: Accounting
    letters: tuple[Letters, ...]
    size_bytes: int
    rules: Rules | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something that is wrong or must be watched, by its code."""

    code: str
    level: Level


@dataclass(frozen=True, kw_only=True, slots=True)
class Wellbeing:
    """How everything is.

    :ivar trouble: why no event can be taken now, empty when they can.
    :ivar kept: what the store says, None while it is away.
    :ivar backup_seconds: the age of the newest backup, infinite when none is known of.
    :ivar search: how far search is.
    :ivar scaled: whether this is a node of the scaled-out home, which has an `around`.
    """

    at_us: int
    uptime_seconds: float
    trouble: str
    kept: Kept | None
    disk_free: float
    disk_free_bytes: int
    backup_seconds: float
    search: Status
    scaled: bool
    around: Around | None
    version: str = VERSION

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Return what is not well, what is wrong first."""
        found = [*_of_parts(self), *_of_store(self)]
        return tuple(sorted(found, key=lambda remark: remark.level != "wrong"))

    @property
    def status(self) -> Verdict:
        """Return the worst of all remarks in one word."""
        remarks = self.remarks
        return remarks[0].level if remarks else "well"


async def wellbeing(house: House) -> Wellbeing:
    """Look at everything; what is away is told, not raised."""
    trouble = await house.engine.trouble()
    kept = await asyncio.to_thread(_kept, house)
    search = await asyncio.to_thread(_search, house.search)
    home, now_us = house.settings.home, house.clock()
    disk = shutil.disk_usage(home)
    return Wellbeing(
        at_us=now_us,
        uptime_seconds=time.monotonic() - house.started,
        trouble=trouble,
        kept=kept,
        disk_free=disk.free / disk.total,
        disk_free_bytes=disk.free,
        backup_seconds=backup_age_seconds(home, now_us),
        search=search,
        scaled=house.settings.scaled,
        around=house.engine.around(),
    )


def _kept(house: House) -> Kept | None:
    """Return what the store says at one moment, None while it cannot be read."""
    try:
        connection = house.questions.connection()
        with connection.snapshot():
            versions = rules.versions(connection)
            return Kept(
                accounting=accounting(connection),
                letters=tuple(_letters(connection, house.clock())),
                size_bytes=_size_bytes(house, connection),
                rules=versions[-1] if versions else None,
            )
    except (PacelineError, sqlite3.Error):
        return None


def _search(search: Search) -> Status:
    """Return how far search is; whatever its engine raises is its trouble."""
    try:
        return search.status()
    except Exception as error:  # noqa: BLE001 - a server of an index can fail in as many ways as there are networks
        return Status(trouble=str(error) or type(error).__name__)


def _letters(connection: Connection, now_us: int) -> Iterator[Letters]:
    for reason, count, oldest_us in connection.execute(_BY_REASON, (REASONS_MAX,)):
        yield Letters(reason=reason, count=count, oldest_seconds=max(now_us - oldest_us, 0) / 1e6)


def _size_bytes(house: House, connection: Connection) -> int:
    if not house.settings.scaled:
        file = house.settings.home / STORE
        return sum(part.stat().st_size for part in (file, file.with_name(f"{STORE}-wal")) if part.exists())
    (found,) = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(found)


def _of_parts(found: Wellbeing) -> Iterator[Remark]:
    """Yield what is not well of what runs."""
    around = found.around
    if found.kept is None:
        yield Remark(code="store_away", level="wrong")
    if around and around.kafka_away:
        yield Remark(code="kafka_away", level="wrong")
    if found.trouble and found.kept and not (around and around.kafka_away):
        yield Remark(code="not_ready", level="wrong")
    if around and around.missing:
        yield Remark(code="topics_missing", level="wrong")
    if around and around.workers == 0:
        yield Remark(code="no_worker", level="wrong")
    if around and around.oldest_seconds > LAG_MAX_SECONDS:
        yield Remark(code="lag", level="watch")
    if found.search.trouble and found.kept:
        yield Remark(code="search_trouble", level="watch")
    if found.disk_free < DISK_FREE_MIN:
        yield Remark(code="disk_low", level="watch")


def _of_store(found: Wellbeing) -> Iterator[Remark]:
    """Yield what is not well of what is kept."""
    kept = found.kept
    if kept and kept.accounting.gap:
        yield Remark(code="accounting_gap", level="wrong")
    if kept and kept.letters:
        yield Remark(code="dead_letters", level="watch")
    if kept and kept.accounting.applied and found.backup_seconds > BACKUP_MAX_SECONDS:
        yield Remark(code="backup_old", level="watch")
