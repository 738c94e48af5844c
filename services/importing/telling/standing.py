"""What an export says of one root: its fields as they stand, compared with what it said last."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

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
        return _ENCODER.encode(self).decode()


_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(Standing)


def from_json(text: str) -> Standing:
    """Return the standing of a JSON text that `Standing.to_json` wrote."""
    return _DECODER.decode(text)


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
