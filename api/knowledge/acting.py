"""What people do with documents on pages and by programs, as events through the door."""

import asyncio
import re
import secrets
from collections.abc import Mapping

import msgspec

from api.door import BatchAnswer
from api.knowledge.drafts import TEXT_MAX_BYTES
from api.knowledge.wires import NEW, Wire, fact_wire, version_wire
from api.wiring import House
from services.documents.language import language_of
from services.documents.readers import may_change
from services.documents.versions import Version, token_of
from services.errors import PacelineError, Rejected
from services.events.decode import read
from services.events.envelope import Event
from services.events.fields import ID_PATTERN
from services.scope import Scope
from services.view import LATEST
from streams.answers import documents
from streams.store.archive import digest_of

# What everybody may do who reads.
OF_READERS = frozenset({"used", "use_withdrawn", "found_helpful", "contradicted"})
APPLIED_TRIES, APPLIED_PAUSE_SECONDS = 60, 0.05
_ID = re.compile(ID_PATTERN)
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


class DocumentChanged(PacelineError):
    """A version that was written on top of one that is not the last any more."""

    def __init__(self, last: Version | None = None) -> None:
        self.last = last
        super().__init__(
            "Somebody else has written a version meanwhile. Look at it; if yours is still right, save it on top."
        )


class NotYours(PacelineError):
    """A change by somebody who may only read."""

    def __init__(self) -> None:
        super().__init__(
            "Its author, its verifier, leads and admins change a document; who reads it may use and judge it."
        )


class DocumentBuried(PacelineError):
    """An event of a document that could not be applied."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"It was put among the dead letters ({reason}); `paceline dead-letters list` says more.")


def new_id() -> str:
    """Return an id for a document that is not written yet."""
    return "".join(secrets.choice(_LETTERS) for _ in range(16))


async def act(house: House, scope: Scope, name: str, kind: str, fields: Mapping[str, object]) -> Event:
    """Let somebody do something with a document that they may read; return the event.

    Raise `DocumentUnknown`, `NotYours`, or `Rejected` for fields that the event cannot have.
    """
    one, last_us = await asyncio.to_thread(_found, house, scope, name)
    if kind not in OF_READERS and not may_change(one.state, scope):
        raise NotYours
    now_us = house.moments.after(last_us)
    return await hand_in(house, fact_wire(f"document.{kind}", f"document/{name}", dict(fields), now_us), now_us)


def _found(house: House, scope: Scope, name: str) -> tuple[documents.Listed, int]:
    """Return a document, and when the last of what is known to have been done to it was done."""
    with house.questions.cut(LATEST) as cut:
        return documents.document(cut, name, scope), documents.last_done_us(cut, name)


async def write(house: House, scope: Scope, name: str, base: str, fields: Mapping[str, object]) -> Event:
    """Write a version on top of `base`, or a new document; return the event.

    Raise `DocumentChanged` when `base` is not the last version, `DocumentUnknown` for a document that the writer may
    not read, `Rejected` for an empty text or title. The same again, as after a second click, is the version that is
    there already.
    """
    data = _checked(fields if scope.person is None else {"author": scope.person, **fields})
    last = await asyncio.to_thread(_last, house, scope, name, base)
    if (last.token if last else NEW) != base:
        return _again(last, data)
    try:
        now_us = house.moments.after(last.time_us if last else 0)
        return await hand_in(house, version_wire(name, base, data, now_us), now_us)
    except DocumentChanged:
        return _again(await asyncio.to_thread(_last, house, scope, name, base), data)


def _last(house: House, scope: Scope, name: str, base: str) -> Version | None:
    """Return the last version of a document, None when there is none."""
    if not _ID.match(name):
        raise Rejected("subject_format", "an id has letters, digits and _ . : -", pointer="/id")
    with house.questions.cut(LATEST) as cut:
        found = documents.versions(cut, name)
        if (found or base != NEW) and not may_change(documents.document(cut, name, scope).state, scope):
            raise NotYours
    return found[-1] if found else None


def _again(last: Version | None, data: Wire) -> Event:
    """Return the event of the last version when it says the same; raise `DocumentChanged` when it does not."""
    if last and (last.title, last.text) == (data.get("title"), data.get("text")):
        return last.event
    raise DocumentChanged(last)


def _checked(fields: Mapping[str, object]) -> Wire:
    """Return the data of a version with its language; raise `Rejected` when it has no title or no text."""
    found = dict(fields)
    for name in ("title", "text"):
        value = found.get(name)
        if not isinstance(value, str) or not value.strip():
            raise Rejected("doc_blank", "must not be empty", pointer=f"/data/{name}")
        found[name] = value.replace("\r\n", "\n").strip()
    if len(str(found["text"]).encode("utf-8", "replace")) > TEXT_MAX_BYTES:
        raise Rejected("doc_long", "may have 64 KiB; split it by its chapters", pointer="/data/text")
    found.setdefault("language", language_of(f"{found['title']}\n{found['text']}"))
    return found


async def hand_in(house: House, wire: Wire, now_us: int) -> Event:
    """Give an event to the door and wait until what it did can be seen; return it.

    Raise `Rejected`, `DocumentBuried`, or `DocumentChanged` when another event has its id.
    """
    event = read(wire, now_us=now_us)
    if not isinstance(event, Event):
        raise DocumentBuried("type_unknown")
    reply = await house.door.batch([event], [event.source], atomic=False, key=None)
    (answer,) = msgspec.json.decode(reply.body, type=BatchAnswer).items
    if answer.status == 409:
        raise DocumentChanged
    if answer.dead_letter is not None:
        raise DocumentBuried(answer.problem["code"] if answer.problem else "failed")
    await _applied(house, event)
    return event


async def _applied(house: House, event: Event) -> None:
    """Wait until what was done can be seen, a few seconds at most: a worker may have to apply it first."""
    for _ in range(APPLIED_TRIES):
        if await asyncio.to_thread(_is_known, house, event):
            return
        await asyncio.sleep(APPLIED_PAUSE_SECONDS)


def _is_known(house: House, event: Event) -> bool:
    asked = "SELECT 1 FROM event_ids WHERE digest = ?"
    digest = digest_of(event.source, event.id)
    return house.questions.connection().execute(asked, (digest,)).fetchone() is not None


def base_of(event: Event) -> str:
    """Return what the next version is written on."""
    return token_of(event)
