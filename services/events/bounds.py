"""What no value of an event may exceed, and the one form in which text is kept."""

import unicodedata

from services.errors import Rejected

DEPTH_MAX = 32
KEYS_MAX = 1_000
STRING_MAX_BYTES = 65_536
SHORT = STRING_MAX_BYTES // 4


def bound(value: object, depth: int = 0) -> None:
    """Refuse a value that is nested too deep, has too many keys, or text that no store keeps."""
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if depth >= DEPTH_MAX:
            raise Rejected("json_depth", f"nested deeper than {DEPTH_MAX}", status=400)
        if isinstance(value, dict):
            if len(value) > KEYS_MAX:
                raise Rejected("field_size", f"an object may have {KEYS_MAX} keys")
            for key in value:
                if not key.isprintable() or len(key) > SHORT:
                    _check_text(key)
            value = value.values()
        for inner in value:
            # Nearly every value is a short text of plain letters; only the others are worth a call.
            if type(inner) is not str or len(inner) > SHORT or not (inner.isascii() and inner.isprintable()):
                bound(inner, depth + 1)


def _check_text(text: str) -> None:
    if len(text) > SHORT and len(text.encode("utf-8", "surrogatepass")) > STRING_MAX_BYTES:
        raise Rejected("field_size", "a text may have 64 KiB")
    if "\x00" in text:
        raise Rejected("text_control", "text must not contain NUL")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Rejected("text_surrogate", "text contains half a character (a lone surrogate)")


def composed(value: object) -> object:
    """Return a value with its text in Unicode's composed form (NFC), so that equal names are equal bytes."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {name: composed(inner) for name, inner in value.items()}
    return [composed(inner) for inner in value] if isinstance(value, list) else value
