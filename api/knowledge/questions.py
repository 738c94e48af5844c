"""What people do with questions on pages and by programs, as events through the door."""

import asyncio
import re
from collections.abc import Mapping
from typing import Literal

from api.knowledge.acting import hand_in
from api.knowledge.experts import Asking, expert_for
from api.knowledge.wires import Wire, fact_wire
from api.searching.asking import TEXT_LETTERS_MAX
from api.wiring import House
from services.documents.language import language_of
from services.documents.readers import may_read
from services.errors import DocumentUnknown, PacelineError, QuestionUnknown, Rejected, RepUnknown
from services.events.bounds import bound
from services.events.fields import ID_PATTERN
from services.identity import identify, normalised
from services.org.askers import scope_of
from services.questions.question import UNANSWERED, Question
from services.questions.readers import may_close
from services.scope import ADMIN, Scope
from services.view import LATEST
from streams.answers import documents
from streams.answers.asked import Asked, question
from streams.answers.cut import Cut

Deed = Literal["answered", "declined", "assigned", "dismissed", "restored"]
REASON_LETTERS_MAX = 4_000
_ID = re.compile(ID_PATTERN)
# What search calls its filters, and the event its fields.
_FIELDS = {
    "kind": "kinds",
    "product": "products",
    "competitor": "competitors",
    "industry": "industries",
    "tag": "tags",
}
NARROWED_BY = tuple(_FIELDS)


class NotYourQuestion(PacelineError):
    """A question closed or given away by somebody whose it is not."""

    def __init__(self) -> None:
        super().__init__("Its expert, leads and admins answer a question, put it aside or give it to somebody else.")


class QuestionClosed(PacelineError):
    """Something done to a question that was closed already."""

    def __init__(self) -> None:
        super().__init__("It was answered, declined or put aside already. Asked again, it is open once more.")


class AnswerUnreadable(PacelineError):
    """An answer that whoever asked could not read."""

    def __init__(self) -> None:
        super().__init__("Whoever asked may not read this document. Name them or their team among its readers first.")


def id_of(house: House, by: str, text: str) -> str:
    """Return the id of what a person asks: the same words are the same question."""
    return identify(house.secret, "question", by, normalised(text))


async def ask(house: House, asking: Asking) -> str:
    """Ask a question and return its id; one that is open, or has an answer that stands, is not asked again.

    Raise `Rejected` for a text that is empty or too long, or fields that make no sense.
    """
    bound([asking.text, asking.by, asking.deal, *map(list, asking.narrowed.values())])
    for place, name in (("/by", asking.by), ("/deal", asking.deal)):
        if name is not None and not _ID.match(name):
            raise Rejected("id_format", "must be the id of one", pointer=place)
    text = " ".join(asking.text.split())
    if not text:
        raise Rejected("field_missing", "must not be empty", pointer="/text")
    if len(text) > TEXT_LETTERS_MAX:
        raise Rejected("field_size", f"a question may have {TEXT_LETTERS_MAX} letters", pointer="/text")
    name = id_of(house, asking.by, text)
    stands, after_us = await asyncio.to_thread(_stands, house, name)
    if stands:
        return name
    found = await asyncio.to_thread(expert_for, house, asking)
    narrowed = {_FIELDS[field]: list(values) for field, values in asking.narrowed.items() if field in _FIELDS}
    data: Wire = {"text": text, "by": asking.by, "language": language_of(text), **narrowed}
    data |= {"deal": asking.deal, "expert": found.expert, "because": found.because}
    data |= {"nearest": list(dict.fromkeys(found.documents))}
    now_us = house.moments.after(after_us)
    await hand_in(house, fact_wire("question.asked", f"question/{name}", data, now_us), now_us)
    return name


def _stands(house: House, name: str) -> tuple[bool, int]:
    """Return whether a question need not be asked again, and when something last happened to it."""
    with house.questions.cut(LATEST) as cut:
        try:
            state = question(cut, name, ADMIN).state
        except QuestionUnknown:
            return False, 0
        answered = state.status == "answered" and is_readable(cut, state)
        return state.status == "open" or answered, state.last.us if state.last else 0


def is_readable(cut: Cut, state: Question, document: str = "") -> bool:
    """Return whether the asker of a question may read its answer, or another document, and it is in use."""
    try:
        one = documents.document(cut, document or state.document, ADMIN)
    except DocumentUnknown:
        return False
    return not one.state.archived and may_read(one.state, scope_of(cut.organisation, state.by, cut.today))


async def close(house: House, scope: Scope, name: str, deed: Deed, fields: Mapping[str, object]) -> None:
    """Let somebody answer a question, decline it, put it aside, take that back, or give it to somebody else.

    Raise `QuestionUnknown`, `NotYourQuestion`, `QuestionClosed`, `AnswerUnreadable`, `DocumentUnknown`, `RepUnknown`,
    or `Rejected` for fields that the event cannot have. The same again changes nothing.
    """
    bound(dict(fields))
    one = await asyncio.to_thread(_checked, house, scope, name, deed, fields)
    if _is_done(one.state, deed, fields):
        return
    now_us = house.moments.after(one.state.last.us if one.state.last else 0)
    await hand_in(house, fact_wire(f"question.{deed}", f"question/{name}", dict(fields), now_us), now_us)


def _may_follow(state: Question, deed: Deed) -> bool:
    """Return whether a deed may follow on how a question stands: an answer always, the others on an open one."""
    if deed == "restored":
        return state.status in UNANSWERED
    return deed == "answered" or state.status == "open"


def _is_done(state: Question, deed: Deed, fields: Mapping[str, object]) -> bool:
    """Return whether a question stands already as a deed would leave it."""
    if deed == "answered":
        return state.status == "answered" and state.document == fields.get("document")
    return state.status == {"dismissed": "dismissed", "restored": "open"}.get(deed)


def _checked(house: House, scope: Scope, name: str, deed: Deed, fields: Mapping[str, object]) -> Asked:
    with house.questions.cut(LATEST) as cut:
        one = question(cut, name, scope)
        if not may_close(one.state, scope):
            raise NotYourQuestion
        if not _is_done(one.state, deed, fields) and not _may_follow(one.state, deed):
            raise QuestionClosed
        document, expert = fields.get("document"), fields.get("expert")
        if deed == "answered" and isinstance(document, str):
            documents.document(cut, document, scope)
            if not is_readable(cut, one.state, document):
                raise AnswerUnreadable
        if deed == "assigned" and isinstance(expert, str) and expert not in cut.organisation.people:
            raise RepUnknown(expert, [])
    return one
