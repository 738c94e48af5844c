"""How an event is kept: its data without text, its text apart so that it can be erased, and its fingerprint."""

import hashlib

import msgspec
from msgspec.structs import replace

from services.events.catalogue import TYPES, Data
from services.events.envelope import Event

_ENCODE = msgspec.json.Encoder().encode
_DECODERS = {name: msgspec.json.Decoder(wanted).decode for name, wanted in TYPES.items()}


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """The erasable part of an event: texts by field name, and fields that nobody knows."""

    texts: dict[str, str] = {}
    extra: msgspec.Raw = msgspec.Raw(b"")


_KEPT = msgspec.json.Decoder(Kept).decode


def pack(event: Event) -> tuple[bytes, bytes | None]:
    """Return the data of an event without its text as JSON, and its text with the unknown fields, or None."""
    data = event.data
    names: tuple[str, ...] = getattr(data, "texts", ())
    texts = {name: text for name in names if isinstance(text := getattr(data, name), str) and text}
    if not texts and event.extra is None:
        return _ENCODE(data), None
    bare = replace(data, **{name: _blank(data, name) for name in texts})
    extra = msgspec.Raw(event.extra or b"")
    return _ENCODE(bare), _ENCODE(Kept(texts, extra) if event.extra else Kept(texts))


def _blank(data: Data, name: str) -> object:
    """Return what stands for a text that was taken out: the default, or nothing where text is required."""
    defaults = data.__struct_defaults__
    place = data.__struct_fields__.index(name) - len(data.__struct_fields__) + len(defaults)
    return "" if place < 0 or defaults[place] is msgspec.NODEFAULT else defaults[place]


def unpack(kind_of_event: str, data: bytes, text: bytes | None) -> tuple[Data, bytes | None]:
    """Return the data of a kept event and its unknown fields; erased texts are empty."""
    found = _DECODERS[kind_of_event](data)
    if text is None:
        return found, None
    kept = _KEPT(text)
    extra = bytes(kept.extra) or None
    return (replace(found, **kept.texts) if kept.texts else found), extra


def fingerprint(event: Event) -> bytes:
    """Return the SHA-256 of what an event says: type, subject, time and data, without stamps."""
    data = _ENCODE(event.data)
    head = f"{event.type}\n{event.subject}\n{event.time_us}\n".encode()
    return hashlib.sha256(head + data + (event.extra or b"")).digest()
