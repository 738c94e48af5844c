"""Events of an import in CloudEvents form, with ids that are the same whenever the same snapshot is read."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

import msgspec

from services.days import to_time
from services.importing.values.dates import When

ID_LENGTH = 32
NAME_MAX = 160
_SORTED = msgspec.json.Encoder(order="sorted")


def event(
    kind: str,
    subject: str,
    when: When,
    content: Mapping[str, object],
    *,
    export: str,
    snapshot: str = "",
    sequence: int = 0,
    told: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return one event of an import.

    The id is a digest of export, root, what changed to what, when, and the snapshot; `snapshot` is "" for the
    rows of a history, which stay the same in every export of it. `told` stands in the id for the content when
    that may be completed from elsewhere.
    """
    said = _SORTED.encode(content if told is None else told).decode()
    parts = (export, subject, kind, said, str(when.us), snapshot)
    made: dict[str, object] = {
        "specversion": "1.0",
        "id": hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:ID_LENGTH],
        "source": _source(export),
        "type": kind,
        "subject": subject,
        "time": time_text(when),
        "imported": True,
        "data": {name: list(value) if isinstance(value, tuple) else value for name, value in content.items()},
    }
    if when.day is not None:
        made["dateonly"] = True
    if sequence:
        made["sequence"] = sequence
    return made


@lru_cache(maxsize=16)
def _source(export: str) -> str:
    return "import/" + bounded(quote(export, safe=""))


def bounded(name: str) -> str:
    """Return a name that is not longer than an address or a file may be, still one of its own."""
    if len(name) <= NAME_MAX:
        return name
    return f"{name[: NAME_MAX // 2]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def time_text(when: When) -> str:
    """Return a moment as events write it."""
    return _time(when.us)


@lru_cache(maxsize=65_536)
def _time(time_us: int) -> str:
    moment: datetime = to_time(time_us)
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
