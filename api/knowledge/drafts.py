"""A document as it was read from a file, before it is an event; and why a file is none."""

from dataclasses import dataclass, field, replace
from datetime import date

from services.errors import PacelineError

SIZE_MAX_BYTES = 10 * 2**20
TEXT_MAX_BYTES = 65_536


class DocumentRefused(PacelineError):
    """A file or a row that is no document. `code` is one of doc_empty, doc_size, doc_binary, doc_bomb …"""

    def __init__(self, name: str, code: str, reason: str) -> None:
        self.name = name
        self.code = code
        self.reason = reason
        super().__init__(f"{name}: {reason} ({code})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A document on its way in.

    :ivar name: what it is called in its folder: its path, and the key of its row where a file has several.
    :ivar fields: what else is said of it, by the names of the event's fields; people and deals still in words.
    :ivar day: the day that it says it is from.
    """

    name: str
    title: str
    text: str
    fields: dict[str, object] = field(default_factory=dict)
    day: date | None = None


def checked(draft: Draft) -> Draft:
    """Return a draft with its text trimmed; raise `DocumentRefused` when there is none, or too much of it."""
    if not draft.text:
        raise DocumentRefused(draft.name, "doc_empty", "there is no text in it")
    text = draft.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    if not text.strip():
        raise DocumentRefused(draft.name, "doc_blank", "there is nothing but space in it")
    if len(text.encode()) > TEXT_MAX_BYTES:
        raise DocumentRefused(draft.name, "doc_long", "its text has more than 64 KiB; split it by its chapters")
    title = " ".join(draft.title.split())[:300] or draft.name
    return replace(draft, text=text, title=title)
