"""Knowledge: documents, their versions and what became of their use; and what people do with them."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from api.asking import HouseHere, ScopeHere, ViewHere
from api.knowledge.acting import act, base_of, new_id, write
from api.knowledge.alike import alike_documents
from api.knowledge.health import examined
from api.knowledge.render import difference_json, health_json, listed_json, version_json
from api.knowledge.shown import html_of
from api.knowledge.whole import whole_json
from api.knowledge.wires import NEW, Wire
from api.problems import documented
from api.responses import json_response
from api.routes.events import PLAIN, body_of
from api.searching.render import found_json
from api.settings import BODY_MAX_BYTES
from api.wiring import House
from services.documents.difference import difference
from services.documents.trust import Trust
from services.documents.versions import Version
from services.errors import DocumentUnknown, Rejected
from services.events.bounds import bound
from services.events.decode import parse
from services.events.envelope import Event
from services.events.knowledge import Kind
from services.scope import Scope
from streams.answers import documents

router = APIRouter(prefix="/api/documents", tags=["documents"])

PAGE_MAX = 500
NUMBER_MAX = 2**31 - 1
Act = Literal["updated", "verified", "archived", "restored", "used", "use_withdrawn", "found_helpful", "contradicted"]
Number = Annotated[int, Query(ge=1, le=NUMBER_MAX)]
_BODY: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            PLAIN: {"schema": {"type": "object", "description": "Data of the event; AsyncAPI has every field."}}
        },
    }
}
_ANSWERS: dict[int | str, dict[str, object]] = {
    202: {"description": "On the disk."},
    409: documented("Somebody else has written a version meanwhile."),
    422: documented("A field cannot be accepted."),
}


@router.get("")
def found(
    house: HouseHere,
    scope: ScopeHere,
    view: ViewHere,
    kind: Kind | None = None,
    trust: Trust | None = None,
    archived: bool = False,
    verifier: Annotated[str | None, Query(max_length=64, description="Id of a rep: what they are to verify.")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    offset: Annotated[int, Query(ge=0, le=NUMBER_MAX)] = 0,
) -> Response:
    """Return documents without their texts, the last written first."""
    with house.questions.cut(view) as cut:
        known = [
            one
            for one in documents.listed(cut, scope)
            if kind in (None, one.state.kind)
            and trust in (None, one.trust)
            and verifier in (None, one.state.verifier)
            and (one.state.archived is not None) is archived
        ]
    page = [listed_json(one) for one in known[offset : offset + limit]]
    return json_response({"total": len(known), "documents": page})


@router.get("/health")
def health(house: HouseHere, scope: ScopeHere) -> Response:
    """Return what cannot be relied on, and what nobody uses."""
    return json_response(health_json(examined(house.questions, scope, shown_max=0)))


@router.post("", status_code=202, responses=_ANSWERS, openapi_extra=_BODY)
async def write_first(request: Request, house: HouseHere, scope: ScopeHere) -> Response:
    """Write a new document: its title, its text and what else is known of it."""
    fields = await fields_of(request)
    name = fields.pop("id", None) or new_id()
    return _taken(await write(house, scope, str(name), NEW, fields), base=True)


@router.post("/preview", openapi_extra=_BODY)
async def preview(request: Request) -> Response:
    """Return the text of a document as HTML, as its page would show it."""
    text = (await fields_of(request)).get("text")
    if not isinstance(text, str):
        raise Rejected("field_missing", "is required", pointer="/text")
    # No longer than a document may be.
    bound(text)
    return json_response({"html": str(await asyncio.to_thread(html_of, text))})


@router.post("/alike", openapi_extra=_BODY)
async def alike(request: Request, house: HouseHere, scope: ScopeHere) -> Response:
    """Return what may say already what a draft says, the nearest first; `id` names the draft where it has one."""
    fields = await fields_of(request)
    title, text, own = (_text(fields, name) for name in ("title", "text", "id"))
    found = await asyncio.to_thread(alike_documents, house, scope, title, text, but=own)
    return json_response({"alike": [found_json(one) for one in found]})


@router.get("/{document}")
def shown(document: str, house: HouseHere, scope: ScopeHere, view: ViewHere) -> Response:
    """Return a document with its text, its history, and what became of the deals that used it."""
    return json_response(whole_json(house.questions, document, scope, view))


@router.get("/{document}/versions/{number}")
def version(
    document: str,
    number: Annotated[int, Path(ge=1, le=NUMBER_MAX)],
    house: HouseHere,
    scope: ScopeHere,
    view: ViewHere,
) -> Response:
    """Return one version with its text."""
    with house.questions.cut(view) as cut:
        documents.document(cut, document, scope)
        return json_response(version_json(_numbered(document, documents.versions(cut, document), number)))


@router.get("/{document}/changes")
def changes(
    document: str, house: HouseHere, scope: ScopeHere, view: ViewHere, before: Number = 1, after: Number = 2
) -> Response:
    """Return what changed between two versions, line by line."""
    with house.questions.cut(view) as cut:
        documents.document(cut, document, scope)
        known = documents.versions(cut, document)
    one, other = (_numbered(document, known, number).text or "" for number in (before, after))
    return json_response({"before": before, "after": after, "lines": difference_json(difference(one, other))})


@router.post("/{document}/versions", status_code=202, responses=_ANSWERS, openapi_extra=_BODY)
async def write_next(document: str, request: Request, house: HouseHere, scope: ScopeHere) -> Response:
    """Write a version on top of the one whose `base` is named; 409 when another was written meanwhile."""
    fields = await fields_of(request)
    base = fields.pop("base", None)
    if not isinstance(base, str) or base == NEW:
        raise Rejected("field_missing", "name the base of the version that you wrote on", pointer="/base")
    return _taken(await write(house, scope, document, base, fields), base=True)


@router.post("/{document}/{deed}", status_code=202, responses=_ANSWERS, openapi_extra=_BODY)
async def do(document: str, deed: Act, request: Request, house: HouseHere, scope: ScopeHere) -> Response:
    """Verify, archive, restore or describe a document; say that it was used, or was not, helped or is wrong."""
    return _taken(await _did(house, scope, document, deed, await fields_of(request)))


async def _did(house: House, scope: Scope, document: str, deed: str, fields: Wire) -> Event:
    if scope.person and deed != "updated":
        fields = fields | {"by": scope.person}
    return await act(house, scope, document, deed, fields)


async def fields_of(request: Request) -> Wire:
    """Return the object that a request sends."""
    value = parse(await body_of(request, BODY_MAX_BYTES, (PLAIN,)))
    if not isinstance(value, dict):
        raise Rejected("field_type", "must be an object")
    return {str(name): inner for name, inner in value.items()}


def _text(fields: Wire, name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise Rejected("field_type", "must be a string", pointer=f"/{name}")
    bound(value)
    return value


def _taken(event: Event, *, base: bool = False) -> Response:
    body: Wire = {"id": event.root_id, "event": event.id}
    answer = json_response(body | ({"base": base_of(event)} if base else {}))
    answer.status_code = 202
    return answer


def _numbered(document: str, known: tuple[Version, ...], number: int) -> Version:
    if number > len(known):
        raise DocumentUnknown(f"{document}, version {number}")
    return known[number - 1]
