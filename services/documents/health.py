"""How healthy what people know is: what cannot be relied on, and what nobody uses."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Literal

from services.days import DAY_US
from services.documents.document import Document
from services.documents.record import Record
from services.documents.trust import Trust

Ailment = Literal["contradicted", "stale", "due", "unverified", "orphaned", "unused"]
AILMENTS: tuple[Ailment, ...] = ("contradicted", "stale", "due", "unverified", "orphaned", "unused")
UNUSED_DAYS = 90
# Of a hundred documents this many should be verified; what lies below is worth somebody's week.
SHARE_WANTED = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """A document with what it suffers from, the worst first."""

    id: str
    ailments: tuple[Ailment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """What was found: documents in use, how many of them are verified, and those that suffer from something."""

    documents: int
    verified: int
    ailing: tuple[Examined, ...]

    def of(self, ailment: Ailment) -> list[str]:
        """Return the documents that suffer from something."""
        return [one.id for one in self.ailing if ailment in one.ailments]


def health_of(
    found: Iterable[tuple[str, Document, Trust, Record]], now_us: int, *, gone: Container[str] = ()
) -> Health:
    """Return the health of documents; archived ones are none of it. `gone` are the people who left."""
    examined: list[Examined] = []
    documents = verified = 0
    for name, document, trust, record in found:
        if document.archived:
            continue
        documents += 1
        verified += trust in ("verified", "due")
        ailments = tuple(_ailments(document, trust, record, now_us, gone))
        if ailments:
            examined.append(Examined(id=name, ailments=ailments))
    return Health(documents=documents, verified=verified, ailing=tuple(examined))


def _ailments(document: Document, trust: Trust, record: Record, now_us: int, gone: Container[str]) -> Iterable[Ailment]:
    if document.contradicted or record.contradicted:
        yield "contradicted"
    if trust != "verified":
        yield trust
    if not document.verifier or document.verifier in gone:
        yield "orphaned"
    # What is new had no time to be used.
    if not document.uses and document.first and document.first.us < now_us - UNUSED_DAYS * DAY_US:
        yield "unused"
