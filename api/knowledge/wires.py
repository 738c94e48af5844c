"""Events of documents and questions as they go to the door."""

import uuid

from services.events.encode import rfc3339

SOURCE = "paceline"
NEW = "new"
Wire = dict[str, object]


def version_wire(name: str, base: str, fields: Wire, now_us: int) -> Wire:
    """Return the event of a version that was written on top of `base`, the token of the version before, or `NEW`.

    Its id says what it was written on: of two people who write on the same version the log keeps the first, and the
    second learns of it.
    """
    return _wire(f"document/{name}:after:{base}", "document.written", f"document/{name}", fields, now_us)


def fact_wire(kind: str, subject: str, fields: Wire, now_us: int) -> Wire:
    """Return any other event of a document, or one of a question."""
    return _wire(str(uuid.uuid4()), kind, subject, fields, now_us)


def _wire(event_id: str, kind: str, subject: str, fields: Wire, now_us: int) -> Wire:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": SOURCE,
        "type": kind,
        "subject": subject,
        "time": rfc3339(now_us),
        "data": fields,
    }
