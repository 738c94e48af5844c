"""The fold of a question: who asked it, whose it is, and how it ended."""

from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from services.events.envelope import Event
from services.events.questions import (
    QuestionAnswered,
    QuestionAsked,
    QuestionAssigned,
    QuestionData,
    QuestionDeclined,
    QuestionDismissed,
    QuestionRestored,
)
from services.journal.entry import Moment, Step, moment_of

Status = Literal["open", "answered", "declined", "dismissed"]
STATUSES: tuple[Status, ...] = ("open", "answered", "declined", "dismissed")
UNANSWERED: tuple[Status, ...] = ("declined", "dismissed")
"""How a question ends without an answer, which can be taken back."""


class Question(msgspec.Struct, frozen=True, array_like=True):
    """A question without its texts, which can be erased and are read from the archive.

    :ivar asked: when it was asked, again after it was closed; None while only answers to it are known.
    :ivar because: why it is the expert's, empty where it is nobody's; `nearest` are the documents that this rests on.
    :ivar document: what answers it; stays when it is asked again.
    :ivar last: when something last happened to it.
    """

    asked: Moment | None = None
    by: str = ""
    language: str = ""
    deal: str = ""
    kinds: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    expert: str = ""
    because: str = ""
    nearest: tuple[str, ...] = ()
    status: Status = "open"
    document: str = ""
    closed: Moment | None = None
    closed_by: str = ""
    last: Moment | None = None


def evolve(question: Question | None, data: QuestionData, event: Event) -> Step[Question]:
    """Return the question after one more event; questions count for nothing."""
    return Step(_apply(question or Question(), data, moment_of(event)))


def _apply(question: Question, data: QuestionData, at: Moment) -> Question:
    match data:
        case QuestionAsked():
            return _asked(question, data, at)
        case QuestionAssigned():
            expert = data.expert or ""
            return replace(question, expert=expert, because="assigned" if expert else "", nearest=(), last=at)
        case QuestionAnswered():
            return replace(
                question, status="answered", document=data.document, closed=at, closed_by=data.by or "", last=at
            )
        case QuestionDeclined():
            return replace(question, status="declined", closed=at, closed_by=data.by or "", last=at)
        case QuestionDismissed():
            return replace(question, status="dismissed", closed=at, closed_by=data.by or "", last=at)
        case QuestionRestored():
            if question.status not in UNANSWERED:
                return question
            return replace(question, status="open", closed=None, closed_by="", last=at)
        case _:
            assert_never(data)


def _asked(question: Question, data: QuestionAsked, at: Moment) -> Question:
    """Return a question that is open; asked a second time meanwhile it stays as it is."""
    if question.asked and question.status == "open":
        return question
    return replace(
        question,
        asked=at,
        by=data.by,
        language=data.language or "",
        deal=data.deal or "",
        kinds=data.kinds,
        products=data.products,
        competitors=data.competitors,
        industries=data.industries,
        tags=data.tags,
        expert=data.expert or "",
        because=(data.because or "") if data.expert else "",
        nearest=data.nearest,
        status="open",
        closed=None,
        closed_by="",
        last=at,
    )
