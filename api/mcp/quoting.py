"""What people wrote, as a tool hands it to an assistant: as a quotation that cannot do anything, and not too long."""

import re
from collections.abc import Callable

from api.render import Json
from api.searching.plain import unlinked

LETTERS_MAX = 2_000
"""Most letters of a text that is part of an answer; documents are read in pieces instead."""
# A blank takes the place of what nobody sees, so that the places of highlights stay: tags, joiners, directions.
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF], " ")
_UNSEEN |= dict.fromkeys([*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)], " ")
_TARGET = re.compile(r"\[[^\]\n]+\]:[ \t]*<?(?:[A-Za-z][\w+.-]*:)?//\S*")
_TAG = re.compile(r"<[A-Za-z/!?][^>\n]*>")
_ADDRESS = re.compile(r"(?<=\])\([^)\n]*\)")
_PICTURE = re.compile(r"!\[([^\]\n]*)\](?:\[[^\]\n]*\])?")


def seen(text: str) -> str:
    """Return a text of the same length: blanks for what people do not see, for HTML and for addresses of links."""
    found = text.translate(_UNSEEN)
    for one in (_ADDRESS, _TARGET, _TAG):
        found = one.sub(lambda match: " " * len(match[0]), found)
    return found


def quoted(text: str) -> str:
    """Return Markdown that loads nothing and leads nowhere: labels of links and pictures stay, their addresses go."""
    return _PICTURE.sub(r"\1", _TAG.sub("", _TARGET.sub("", unlinked(text.translate(_UNSEEN)))))


def short(text: str) -> str:
    """Return a quotation, cut where it is too long, which it then says."""
    found = quoted(text)
    more = len(found) - LETTERS_MAX
    return found if more <= 0 else f"{found[:LETTERS_MAX]}… (and {more} letters more)"


def shown(value: object) -> object:
    """Return a value of an answer whose texts hide nothing, however deep."""
    return _each_text(value, seen)


def shortened(value: object) -> object:
    """Return what an event told with each of its texts as a short quotation."""
    return _each_text(value, short)


def _each_text(value: object, change: Callable[[str], str]) -> object:
    """Return a value with each of its texts changed, however deep; names stay."""
    match value:
        case str():
            return change(value)
        case dict():
            return {str(name): _each_text(inner, change) for name, inner in value.items()}
        case list() | tuple():
            return [_each_text(inner, change) for inner in value]
        case _:
            return value


def answer_of(found: Json) -> Json:
    """Return an answer whose texts hide nothing and load nothing."""
    return {name: shown(value) for name, value in found.items()}
