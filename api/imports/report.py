"""What an import did: counts that add up, and every row and event that was not taken, with the reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from api.imports.files import LeftOut
from services.importing.tables.table import Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class Turned:
    """An event that the door did not apply: what it was about and why."""

    subject: str
    key: str
    event_type: str
    code: str
    pointer: str
    detail: str


@dataclass(slots=True, kw_only=True)
class Report:
    """The outcome of one import.

    :ivar rows: rows taken; `repeated` of them repeat others.
    :ivar roots: by what became of them: new, changed, unchanged.
    :ivar events: by outcome: applied, duplicate, rejected, dead_letter.
    :ivar missing: deals of the last snapshot that this one lacks; `deleted` says that they were deleted.
    :ivar left_out: files of which nothing was read.
    """

    export: str
    rows: int = 0
    repeated: int = 0
    refused: tuple[Refusal, ...] = ()
    roots: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    turned: list[Turned] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    deleted: bool = False
    left_out: tuple[LeftOut, ...] = ()

    @property
    def read(self) -> int:
        """Return how many rows stand in the files that were understood: imported, repeated and refused."""
        return self.rows + len(self.refused)

    @property
    def imported(self) -> int:
        """Return how many rows said something of their own."""
        return self.rows - self.repeated

    @property
    def submitted(self) -> int:
        """Return how many events were handed to the door."""
        return self.events.total()

    def count(self, events: Sequence[dict[str, object]], outcomes: Sequence[str], keys: Sequence[str]) -> set[str]:
        """Count the outcomes of a chunk; return the subjects of which an event was rejected."""
        rejected: set[str] = set()
        for made, outcome, key in zip(events, outcomes, keys, strict=True):
            word, _, rest = outcome.partition(":")
            self.events[word] += 1
            self.types[str(made["type"])] += 1
            if word not in ("rejected", "dead_letter"):
                continue
            code, pointer, detail = (*rest.split(":", 2), "", "")[:3]
            subject = str(made["subject"])
            self.turned.append(
                Turned(
                    subject=subject,
                    key=key,
                    event_type=str(made["type"]),
                    code=code,
                    pointer=pointer,
                    detail=detail,
                )
            )
            if word == "rejected":
                rejected.add(subject)
        return rejected
