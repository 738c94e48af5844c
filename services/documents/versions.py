"""The versions of a document, from its events in their order."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from services.events.envelope import Event
from services.events.knowledge import DocumentWritten
from services.journal.order import order_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """What was written at one time. `text` is None when it was erased, or never said.

    :ivar number: from 1 in the order of the events, so that it may grow when an older one arrives late.
    :ivar token: names this version for ever; whoever writes the next one says which it was written on.
    """

    number: int
    token: str
    time_us: int
    source: str
    author: str
    title: str
    text: str | None
    event: Event


def token_of(event: Event) -> str:
    """Return sixteen letters that stand for an event of a document."""
    return hashlib.blake2b(f"{event.source}\x00{event.id}".encode(), digest_size=8).hexdigest()


def versions_of(events: Iterable[Event]) -> tuple[Version, ...]:
    """Return the versions of one document, oldest first; what one does not say it has from the one before."""
    found: list[Version] = []
    author = title = ""
    text: str | None = None
    for event in sorted(events, key=order_key):
        data = event.data
        if not isinstance(data, DocumentWritten):
            continue
        author = (data.author or "") if isinstance(data.author, str | None) else author
        title = (data.title or "") if isinstance(data.title, str | None) else title
        text = data.text if isinstance(data.text, str | None) else text
        found.append(
            Version(
                number=len(found) + 1,
                token=token_of(event),
                time_us=event.time_us,
                source=event.source,
                author=author,
                title=title,
                text=text,
                event=event,
            )
        )
    return tuple(found)
