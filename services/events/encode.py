"""An event on its way out: CloudEvents JSON that the decoder reads back to the same event."""

import msgspec

from services.days import to_time
from services.events.envelope import Event


def to_mapping(event: Event) -> dict[str, object]:
    """Return an event in CloudEvents form."""
    data = msgspec.to_builtins(event.data)
    if event.extra:
        data |= msgspec.json.decode(event.extra)
    found: dict[str, object] = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": rfc3339(event.time_us),
        "datacontenttype": "application/json",
        "data": data,
    }
    if event.sequence:
        found["sequence"] = event.sequence
    if event.date_only:
        found["dateonly"] = True
    if event.imported:
        found["imported"] = True
    if event.recorded_us is not None:
        found["recordedtime"] = rfc3339(event.recorded_us)
    return found


def to_cloudevent(event: Event) -> bytes:
    """Return an event as a CloudEvents JSON text."""
    return msgspec.json.encode(to_mapping(event))


def rfc3339(time_us: int) -> str:
    """Return microseconds since 1970 UTC as an RFC 3339 moment in UTC, as short as it is exact."""
    return to_time(time_us).isoformat().replace("+00:00", "Z")
