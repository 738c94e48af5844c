"""Rows of the archive: an accepted event as it is kept, and read back."""

import hashlib
from typing import NamedTuple

from services.events import archive
from services.events.envelope import Event

DATE_ONLY, IMPORTED = 1, 2


class EventRow(NamedTuple):
    """One row of the table `events`, columns in order."""

    position: int
    applied_us: int
    root_no: int
    source: str
    id: str
    type: str
    time_us: int
    sequence: int
    flags: int
    recorded_us: int | None
    data: bytes
    text: bytes | None
    fingerprint: bytes


def digest_of(source: str, event_id: str) -> bytes:
    """Return the sixteen bytes under which an event id is looked up; two ids never meet in practice (2^-64)."""
    return hashlib.blake2b(f"{source}\x00{event_id}".encode(), digest_size=16).digest()


def to_row(event: Event, position: int, applied_us: int, root_no: int, fingerprint: bytes) -> EventRow:
    """Return the row that keeps an accepted event; free text goes into the column that can be erased."""
    data, text = archive.pack(event)
    flags = (DATE_ONLY if event.date_only else 0) | (IMPORTED if event.imported else 0)
    return EventRow(
        position,
        applied_us,
        root_no,
        event.source,
        event.id,
        event.type,
        event.time_us,
        event.sequence,
        flags,
        event.recorded_us,
        data,
        text,
        fingerprint,
    )


def from_row(row: EventRow, subject: str) -> Event:
    """Return the event of a row; fields whose text was erased are empty."""
    data, extra = archive.unpack(row.type, row.data, row.text)
    return Event(
        id=row.id,
        source=row.source,
        type=row.type,
        subject=subject,
        time_us=row.time_us,
        sequence=row.sequence,
        date_only=bool(row.flags & DATE_ONLY),
        imported=bool(row.flags & IMPORTED),
        recorded_us=row.recorded_us,
        data=data,
        extra=extra,
    )
