"""What goes into the log, and what became of it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from services.events.decode import Waiting
from services.events.envelope import Event

Kind = Literal["applied", "duplicate", "conflict", "dead_letter"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """An authentic delivery that could not be read; it becomes a dead letter with its reason.

    :ivar id: names the delivery where it has no id that could be read.
    """

    source: str
    raw: bytes
    reason: str
    detail: str
    id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one submission: its position when applied or known, the dead letter's id when it is one."""

    kind: Kind
    position: int | None = None
    dead_letter: int | None = None
    reason: str = ""


Submission: TypeAlias = Event | Waiting | Refused
