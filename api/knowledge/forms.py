"""The forms of document pages: what a browser sends, and the event that it stands for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qs

from fastapi import Request

from api.knowledge.drafts import DocumentRefused
from api.knowledge.fields import KINDS, words
from api.knowledge.people import People
from api.knowledge.wires import NEW, Wire
from services.errors import PacelineError, Rejected
from services.events.fields import ID_PATTERN
from services.events.knowledge import READER_PATTERN
from streams.answers.documents import Listed
from streams.answers.names import Names

# A text of 64 KiB in Chinese is three times as long on its way, and is not alone.
BODY_MAX_BYTES = 512 * 1024
FIELDS_MAX = 40
_READER, _ID = re.compile(READER_PATTERN), re.compile(ID_PATTERN)


class FieldWrong(PacelineError):
    """A field of a form that makes no sense; `reason` is a code that the page has words for."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}")


async def sent(request: Request) -> dict[str, str]:
    """Return the fields of a form; raise `Rejected` for one that is too large or is none."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_MAX_BYTES:
            raise Rejected("too_large", f"a form may have {BODY_MAX_BYTES} bytes", status=413)
    try:
        found = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise Rejected("encoding", "the form cannot be read", status=400) from None
    return {name: values[0] for name, values in found.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """The editor's fields as they were typed; `base` is the version that is written on, `question` what it answers."""

    id: str = ""
    base: str = NEW
    title: str = ""
    text: str = ""
    kind: str = "note"
    readers: str = "everyone"
    author: str = ""
    verifier: str = ""
    verify_every_days: str = ""
    deal: str = ""
    playbook: str = ""
    tags: str = ""
    products: str = ""
    stages: str = ""
    industry: str = ""
    competitor: str = ""
    question: str = ""


def form_of(given: Mapping[str, str], form: Form | None = None) -> Form:
    """Return a form with the fields that were sent."""
    known = {one.name for one in fields(Form)}
    clean = {name: value.replace("\r\n", "\n").replace("\x00", "") for name, value in given.items() if name in known}
    return replace(form or Form(), **clean)


def form_of_document(one: Listed, base: str, text: str, names: Names) -> Form:
    """Return the form that shows a document as it stands."""
    state = one.state
    return Form(
        id=one.id,
        base=base,
        title=one.title,
        text=text,
        kind=state.kind,
        readers=", ".join(state.readers),
        author=names.of("rep", state.author),
        verifier=names.of("rep", state.verifier),
        verify_every_days=str(state.verify_every_days),
        deal=state.deal,
        playbook=state.playbook,
        tags=", ".join(state.tags),
        products=", ".join(state.products),
        stages=", ".join(state.stages),
        industry=state.industry,
        competitor=state.competitor,
    )


def data_of(form: Form, people: People) -> Wire:
    """Return the data of the version that a form stands for; raise `FieldWrong` for what makes no sense."""
    if not form.title.strip():
        raise FieldWrong("title", "empty")
    if not form.text.strip():
        raise FieldWrong("text", "empty")
    if form.kind not in KINDS:
        raise FieldWrong("kind", "unknown")
    readers = words(form.readers)
    if not all(_READER.match(reader) for reader in readers):
        raise FieldWrong("readers", "readers")
    days = form.verify_every_days.strip()
    if days and not (days.isdecimal() and 1 <= int(days) <= 3650):
        raise FieldWrong("verify_every_days", "days")
    found: Wire = {"kind": form.kind, "title": form.title.strip(), "text": form.text, "readers": readers}
    found |= {"verify_every_days": int(days) if days else None, "deal": deal_of(form.deal, people)}
    found |= {name: person_of(name, getattr(form, name), people) for name in ("author", "verifier")}
    found |= {"tags": words(form.tags), "playbook": _id("playbook", form.playbook)}
    found |= {name: [_id(name, one) for one in words(getattr(form, name))] for name in ("products", "stages")}
    return found | {name: getattr(form, name).strip()[:255] or None for name in ("industry", "competitor")}


def person_of(name: str, said: str, people: People) -> str | None:
    """Return the id of the person whom a field names, None for nobody."""
    if not said.strip():
        return None
    try:
        return people.one(name, name, said.strip())
    except DocumentRefused:
        raise FieldWrong(name, "person") from None


def deal_of(said: str, people: People) -> str | None:
    """Return the id of the deal that a field names by id or key, None for none."""
    return _id("deal", people.deal(said.strip())) if said.strip() else None


def _id(name: str, said: str) -> str | None:
    if said.strip() and not _ID.match(said.strip()):
        raise FieldWrong(name, "id")
    return said.strip() or None
