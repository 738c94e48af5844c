"""The editor of documents: write, look at it, save it; and nobody writes over somebody else unseen."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.asking import HouseHere, ScopeHere
from api.knowledge.acting import DocumentChanged, NotYours, new_id, write
from api.knowledge.alike import alike_documents
from api.knowledge.fields import KINDS
from api.knowledge.forms import FieldWrong, Form, data_of, form_of, form_of_document, sent
from api.knowledge.people import People
from api.knowledge.questions import AnswerUnreadable, NotYourQuestion, close
from api.knowledge.shown import preview_of
from api.knowledge.wires import NEW, Wire
from api.searching.asking import Found
from api.site.person import person_here
from api.site.templates import page
from api.wiring import House
from search.index.errors import IndexBroken, IndexBusy
from search.models.failures import EncoderBusy
from services.documents.difference import difference
from services.documents.readers import may_change
from services.documents.versions import Version
from services.errors import QuestionUnknown, Rejected
from services.scope import Scope
from services.view import LATEST
from streams.answers import asked, documents
from streams.answers.names import names_of

router = APIRouter(include_in_schema=False)

Word = Annotated[str, Query(max_length=64)]
TITLE_LETTERS_MAX = 300


@router.get("/knowledge/new", response_class=HTMLResponse)
def first(
    request: Request,
    house: HouseHere,
    scope: ScopeHere,
    kind: Word = "note",
    deal: Word = "",
    playbook: Word = "",
    question: Word = "",
) -> HTMLResponse:
    """Show an empty editor; the answer to a question begins with its words."""
    known = kind if kind in KINDS else "note"
    author = names_of(house.questions.connection()).of("rep", scope.person) if scope.person else ""
    form = Form(id=new_id(), kind=known, deal=deal, playbook=playbook, author=author)
    if question:
        with house.questions.cut(LATEST) as cut:
            form = replace(form, question=question, title=asked.question(cut, question, scope).text[:TITLE_LETTERS_MAX])
    return _page(request, form)


@router.get("/documents/{document}/edit", response_class=HTMLResponse)
def edit(request: Request, document: str, house: HouseHere, scope: ScopeHere) -> HTMLResponse:
    """Show the editor with a document."""
    with house.questions.cut(LATEST) as cut:
        one = documents.document(cut, document, scope)
        last = documents.versions(cut, document)[-1]
        names = names_of(cut.connection)
    if not may_change(one.state, scope):
        raise NotYours
    return _page(request, form_of_document(one, last.token, last.text or "", names))


@router.post("/documents/preview", response_class=HTMLResponse)
async def preview(request: Request) -> HTMLResponse:
    """Show how a text will look."""
    body = await asyncio.to_thread(preview_of, (await sent(request)).get("text", ""))
    return page(request, "preview.html", body=body)


@router.post("/documents/alike", response_class=HTMLResponse)
async def alike(request: Request, house: HouseHere, scope: ScopeHere) -> HTMLResponse:
    """Show what may say already what is being written."""
    form = form_of(await sent(request))
    return page(request, "alike.html", alike=await asyncio.to_thread(_alike, house, scope, form))


def _alike(house: House, scope: Scope, form: Form) -> Sequence[Found]:
    """Return documents like a draft that is not saved yet; none while search cannot answer."""
    if form.base != NEW:
        return ()
    try:
        return alike_documents(house, scope, form.title, form.text, but=form.id)
    except (IndexBusy, IndexBroken, EncoderBusy):
        return ()


@router.post("/knowledge/new")
@router.post("/documents/{document}/edit")
async def save(request: Request, house: HouseHere, scope: ScopeHere, document: str = "") -> Response:
    """Save a version, or show the editor again with what is wrong, what was changed meanwhile, or the preview."""
    given = await sent(request)
    form = form_of(given)
    form = replace(form, id=document) if document else replace(form, base=NEW)
    if given.get("do") == "preview":
        near = await asyncio.to_thread(_alike, house, scope, form)
        return await asyncio.to_thread(_page, request, form, changed=True, alike=near)
    try:
        found = await asyncio.to_thread(_data, house, form)
        await write(house, scope, form.id, form.base, found)
    except FieldWrong as wrong:
        return await asyncio.to_thread(_page, request, form, wrong={wrong.name: wrong.reason}, status=422)
    except Rejected as refusal:
        return await asyncio.to_thread(
            _page, request, form, wrong={refusal.pointer.rpartition("/")[2]: refusal.code}, status=refusal.status
        )
    except DocumentChanged as changed:
        return await asyncio.to_thread(_conflict, request, house, form, changed.last)
    said = await _answered(request, house, scope, form) if form.question else "saved"
    return RedirectResponse(f"/documents/{form.id}?said={said}", status_code=303)


async def _answered(request: Request, house: House, scope: Scope, form: Form) -> str:
    """Let what was written answer its question; return what the page says to that."""
    by = person_here(request, scope)
    try:
        fields: Wire = {"document": form.id, "by": by or None}
        await close(house, scope, form.question, "answered", fields)
    except AnswerUnreadable:
        return "answer_unreadable"
    except (QuestionUnknown, NotYourQuestion, Rejected):
        return "saved"
    return "answered"


def _data(house: House, form: Form) -> Wire:
    connection = house.questions.connection()
    return data_of(form, People(names_of(connection), connection, house.secret))


def _conflict(request: Request, house: House, form: Form, last: Version | None) -> HTMLResponse:
    """Show what somebody else wrote beside what was to be saved; saving again saves on top of theirs."""
    if last is None:
        raise DocumentChanged
    form = replace(form, base=last.token)
    lines = difference(last.text or "", form.text)
    names = names_of(house.questions.connection())
    return _page(request, form, changed=True, last=last, lines=lines, who=names.of("rep", last.author), status=409)


def _page(
    request: Request,
    form: Form,
    *,
    changed: bool = False,
    status: int = 200,
    wrong: Mapping[str, str] | None = None,
    **model: object,
) -> HTMLResponse:
    nothing: dict[str, object] = {"last": None, "lines": (), "who": "", "alike": ()}
    return page(
        request,
        "editor.html",
        status=status,
        form=form,
        new=form.base == NEW,
        kinds=KINDS,
        changed=changed or bool(wrong),
        wrong=wrong or {},
        form_fields=[one.name for one in fields(Form)],
        body=preview_of(form.text) if changed else None,
        **(nothing | model),
    )
