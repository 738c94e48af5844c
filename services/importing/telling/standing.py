"""What an export says of one root: its fields as they stand, compared with what it said last."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = str | tuple[str, ...] | None
Fields: TypeAlias = dict[str, Value]

DIGESTED = frozenset({"title", "name", "email", "text"})


@dataclass(slots=True, kw_only=True)
class Standing:
    """The last word of an export on one root, as it is remembered.

    :ivar fields: by name; free texts are kept only as digests.
    :ivar at_us: moment of the latest event that was sent, with `rank` its place among events of one moment.
    :ivar gone: deleted, by the export or because it was missing.
    :ivar version: when the row that was told last was modified, so that older versions are not told again.
    :ivar sent: short ids of the events that a history gave, so that each is sent once.
    """

    key: str = ""
    fields: Fields = field(default_factory=dict)
    at_us: int = 0
    rank: int = 0
    gone: bool = False
    version: int = 0
    sent: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return the standing as JSON."""
        return json.dumps(
            {
                "key": self.key,
                "fields": self.fields,
                "at_us": self.at_us,
                "rank": self.rank,
                "gone": self.gone,
                "version": self.version,
                "sent": self.sent,
            },
            ensure_ascii=False,
            sort_keys=True,
        )


def from_json(text: str) -> Standing:
    """Return the standing of a JSON text that `Standing.to_json` wrote."""
    known = json.loads(text)
    fields: Fields = {
        name: tuple(value) if isinstance(value, list) else value for name, value in known["fields"].items()
    }
    return Standing(
        key=known["key"],
        fields=fields,
        at_us=known["at_us"],
        rank=known["rank"],
        gone=known["gone"],
        version=known["version"],
        sent=tuple(known["sent"]),
    )


def digest(text: str) -> str:
    """Return a short digest that tells two free texts apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def remembered(fields: Mapping[str, Value]) -> Fields:
    """Return fields as they are remembered: free texts as digests."""
    return {
        name: digest(value) if name in DIGESTED and isinstance(value, str) else value for name, value in fields.items()
    }


def changed(fields: Mapping[str, Value], last: Mapping[str, Value]) -> Fields:
    """Return the fields that differ from what was said last; an absent field changes nothing."""
    now = remembered(fields)
    return {name: fields[name] for name in fields if (now[name] or None) != (last.get(name) or None)}
