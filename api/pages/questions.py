"""Questions that search could not answer, and what waits for one person: to answer, to verify, to look at again."""

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.asking import HouseHere, ScopeHere, company_zone
from api.knowledge.experts import Asking
from api.knowledge.forms import FieldWrong, deal_of, person_of, sent
from api.knowledge.people import People
from api.knowledge.questions import (
    NARROWED_BY,
    REASON_LETTERS_MAX,
    AnswerUnreadable,
    Deed,
    QuestionClosed,
    ask,
    close,
)
from api.knowledge.waiting import OF_VERIFIERS, waiting_for
from api.knowledge.wires import Wire
from api.searching.asking import FILTERS
from api.site.person import person_here, remember
from api.site.templates import page
from api.wiring import House
from services.errors import DocumentUnknown, QuestionUnknown, Rejected
from services.identity import normalised
from services.questions.question import UNANSWERED
from services.questions.readers import may_close
from services.scope import Scope
from services.view import LATEST
from streams.answers import documents
from streams.answers.asked import question as asked_of
from streams.answers.names import names_of

router = APIRouter(include_in_schema=False)

TITLES_MAX = 200
VALUES_MAX = 50


def people_of(house: House) -> People:
    """Return who and what the store knows by name."""
    connection = house.questions.connection()
    return People(names_of(connection), connection, house.secret)


@router.get("/knowledge/waiting", response_class=HTMLResponse)
def waiting(
    request: Request,
    house: HouseHere,
    scope: ScopeHere,
    person: Annotated[str, Query(max_length=64)] = "",
    said: Annotated[str, Query(max_length=40)] = "",
    question: Annotated[str, Query(max_length=64)] = "",
    me: Annotated[str, Query(max_length=1)] = "",
) -> HTMLResponse:
    """Show what waits for a person, and what they asked; `me`: whoever looks says that it is they.

    `question` is the one that was closed without an answer just now, which can be taken back.
    """
    try:
        who = (person_of("by", person, people_of(house)) if person else person_here(request, scope)) or ""
    except FieldWrong:
        who, said = "", "wrong_by"
    found = waiting_for(house.questions, scope, who)
    answer = page(
        request,
        "waiting.html",
        found=found,
        who=who,
        names=found.examination.names,
        listed=found.examination.documents,
        ailments=OF_VERIFIERS,
        titles_max=TITLES_MAX,
        said=said,
        undone=question if said in UNANSWERED and _can_be_undone(house, scope, question) else "",
        zone=company_zone(house),
    )
    if me and who:
        remember(answer, who)
    return answer


def _can_be_undone(house: House, scope: Scope, name: str) -> bool:
    """Return whether a question was closed without an answer, and the asker may take that back."""
    with house.questions.cut(LATEST) as cut:
        try:
            state = asked_of(cut, name, scope).state
        except QuestionUnknown:
            return False
    return state.status in UNANSWERED and may_close(state, scope)


@router.post("/questions")
async def put(request: Request, house: HouseHere, scope: ScopeHere) -> RedirectResponse:
    """Ask an expert what a search did not find, and go back to the search."""
    given = await sent(request)
    chosen = {name: given[name] for name in FILTERS if given.get(name)}
    said, by = "asked", ""
    try:
        asking = await asyncio.to_thread(_asking, house, scope, given)
        by = asking.by
        await ask(house, asking)
    except FieldWrong as wrong:
        said = f"wrong_{wrong.name}"
    except Rejected:
        said = "wrong_text"
    back = {"q": given.get("q", ""), **chosen, "deal": given.get("deal", ""), "said": said}
    answer = RedirectResponse(f"/search?{urlencode({name: value for name, value in back.items() if value})}", 303)
    if by:
        remember(answer, by)
    return answer


def _asking(house: House, scope: Scope, given: dict[str, str]) -> Asking:
    """Return the question that a form stands for; raise `FieldWrong` when nobody asks it."""
    people = people_of(house)
    by = scope.person or person_of("by", given.get("by", ""), people)
    if not by:
        raise FieldWrong("by", "person")
    values = {name: tuple(filter(None, given.get(name, "").split(",")))[:VALUES_MAX] for name in NARROWED_BY}
    narrowed = {name: several for name, several in values.items() if several}
    return Asking(text=given.get("q", ""), by=by, deal=deal_of(given.get("deal", ""), people), narrowed=narrowed)


@router.post("/questions/{question_id}/deeds/{deed}")
async def do(request: Request, question_id: str, deed: Deed, house: HouseHere, scope: ScopeHere) -> RedirectResponse:
    """Answer a question, put it aside, take that back or give it to somebody else, and go back to what waits."""
    given = await sent(request)
    said = str(deed)
    try:
        fields = await asyncio.to_thread(_fields, house, scope, deed, given)
        fields |= {"by": who} if (who := person_here(request, scope)) else {}
        await close(house, scope, question_id, deed, fields)
    except FieldWrong as wrong:
        said = f"wrong_{wrong.name}"
    except AnswerUnreadable:
        said = "wrong_reader"
    except QuestionClosed:
        said = "wrong_closed"
    except (DocumentUnknown, Rejected):
        said = "wrong_document" if deed == "answered" else "wrong_text"
    back = {"said": said, "question": question_id} if said in UNANSWERED else {"said": said}
    return RedirectResponse(f"/knowledge/waiting?{urlencode(back)}", status_code=303)


def _fields(house: House, scope: Scope, deed: Deed, given: dict[str, str]) -> Wire:
    """Return the data of an event; raise `FieldWrong` for a person or a document that does not exist."""
    if deed == "answered":
        return {"document": _document(house, scope, given.get("document", ""))}
    if deed == "declined":
        text = given.get("text", "").replace("\r\n", "\n").strip()[:REASON_LETTERS_MAX]
        if not text:
            raise FieldWrong("text", "empty")
        return {"text": text}
    if deed in ("dismissed", "restored"):
        return {}
    return {"expert": person_of("expert", given.get("expert", ""), people_of(house))}


def _document(house: House, scope: Scope, said: str) -> str:
    """Return the id of the one document that somebody names by id or title."""
    with house.questions.cut(LATEST) as cut:
        known = documents.listed(cut, scope)
    wanted = normalised(said)
    found = [one.id for one in known if one.id == said.strip()] or [
        one.id for one in known if normalised(one.title) == wanted and not one.state.archived
    ]
    if len(found) != 1:
        raise FieldWrong("document", "unknown")
    return found[0]
