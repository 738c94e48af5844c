"""The moments from which a number can be seen: now, as it was known then, or as it had happened by then."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Latest:
    """Everything applied so far."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """What Paceline knew at a moment, in microseconds since 1970 UTC: journal rows applied by then."""

    at_us: int


@dataclass(frozen=True, slots=True)
class HappenedBy:
    """What had happened by a moment, in microseconds since 1970 UTC, whenever Paceline heard of it."""

    at_us: int


View: TypeAlias = Latest | AsOf | HappenedBy

LATEST = Latest()
