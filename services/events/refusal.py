"""What the schema check says, as a refusal with a code and a place; what was sent is not repeated."""

import re

from services.errors import Rejected

_PLACE = re.compile(r" - at `\$?([^`]*)`$")
# What is said in place of the schema's own words, which would repeat what was sent or show a pattern.
_DETAILS = {
    "id_format": "may have letters, digits and _ . : - (never an address)",
    "currency_unknown": "is no ISO 4217 currency",
}


def refusal_of(message: str) -> Rejected:
    """Return the refusal for a message of the schema check."""
    place = _PLACE.search(message)
    path = place.group(1) if place else ""
    pointer = "/data" + re.sub(r"[.\[]", "/", path).replace("]", "").replace("...", "*")
    said = _PLACE.sub("", message)
    missing = re.search(r"missing required field `([^`]+)`", said)
    if missing:
        return Rejected("field_missing", "is required", pointer=f"{pointer}/{missing.group(1)}")
    if "got `null`" in said:
        return Rejected("field_null", "must not be null", pointer=pointer)
    code = _code(said, pointer)
    detail = "is none of the words that may stand here" if "enum value" in said else _DETAILS.get(code, said)
    return Rejected(code, detail, pointer=pointer)


def _code(said: str, pointer: str) -> str:
    name = pointer.rpartition("/")[2]
    if name in ("currency", "to"):
        return "currency_unknown"
    if name in ("amount", "contract_amount", "probability", "rate") or "Expected `int" in said:
        return "number_format"
    if "date" in said:
        return "date_format"
    if "length" in said:
        return "field_size"
    return "id_format" if "regex" in said else "field_value"
