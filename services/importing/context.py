"""The terms of an import: whose export it is, its clock, its words and what is assumed."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.importing.values.dates import Order

# Zones whose people usually write the month before the day.
_MONTH_FIRST = ("America/", "US/", "Pacific/Honolulu", "Pacific/Guam", "Asia/Manila", "UTC", "Etc/")
_DAY_FIRST = (
    "America/Argentina",
    "America/Sao_Paulo",
    "America/Mexico",
    "America/Bogota",
    "America/Lima",
    "America/Santiago",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The terms of one import.

    :ivar export: name of the export; the same name later means a newer snapshot of it.
    :ivar zone: where times without an offset were taken; it also cuts the days of moments.
    :ivar currency: the company's, for amounts without one.
    :ivar won: normalised stage words that mean won, before the usual ones; `lost` likewise.
    :ivar now_us: the clock; nothing may have happened after it.
    """

    secret: bytes
    export: str
    zone: ZoneInfo
    currency: str
    now_us: int
    won: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()

    @property
    def usual_order(self) -> Order:
        """Return the order of day and month where no date of a column decides it."""
        name = self.zone.key
        return "mdy" if name.startswith(_MONTH_FIRST) and not name.startswith(_DAY_FIRST) else "dmy"
