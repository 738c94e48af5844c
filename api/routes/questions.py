"""Questions that search could not answer: asked, routed to an expert, answered by a document."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.asking import HouseHere, ScopeHere
from api.knowledge.experts import Asking
from api.knowledge.questions import NARROWED_BY, Deed, ask, close
from api.knowledge.render import listed_json, question_json, said_json
from api.knowledge.waiting import waiting_for
from api.knowledge.wires import Wire
from api.problems import documented
from api.responses import json_response
from api.routes.documents import NUMBER_MAX, PAGE_MAX, fields_of
from api.routes.events import PLAIN
from services.errors import Rejected
from services.questions.question import Status
from services.scope import Scope
from services.view import LATEST
from streams.answers.asked import asked, question
from streams.answers.documents import readable

router = APIRouter(prefix="/api/questions", tags=["questions"])

FILTER_VALUES_MAX = 50
_STRING: Wire = {"type": "string"}
_STRINGS: Wire = {"type": "array", "items": _STRING, "maxItems": FILTER_VALUES_MAX}
_ASKED: Wire = {
    "type": "object",
    "required": ["text", "by"],
    "properties": {
        "text": _STRING | {"maxLength": 1_000},
        "by": _STRING | {"description": "Id of the rep who asks."},
        "deal": _STRING | {"description": "Id of the deal that it is about."},
        "filters": {"type": "object", "properties": dict.fromkeys(NARROWED_BY, _STRINGS)},
    },
}
_DONE: Wire = {
    "type": "object",
    "properties": {
        "by": _STRING | {"description": "Id of the rep who does it."},
        "document": _STRING | {"description": "Of answered: the document that answers it."},
        "text": _STRING | {"maxLength": 65_536, "description": "Of declined: why."},
        "expert": {"type": ["string", "null"], "description": "Of assigned: whose it is now, null for nobody."},
    },
}
_ANSWERS: dict[int | str, dict[str, object]] = {
    202: {"description": "On the disk."},
    403: documented("It is not yours to answer."),
    409: documented("It was closed already."),
    422: documented("A field cannot be accepted, or the asker may not read the answer."),
}


def _body(schema: Wire) -> dict[str, object]:
    return {"requestBody": {"required": True, "content": {PLAIN: {"schema": schema}}}}


@router.get("")
def listed(
    house: HouseHere,
    scope: ScopeHere,
    status: Status | None = None,
    expert: Annotated[str | None, Query(max_length=64, description="Id of a rep, empty for those of nobody.")] = None,
    by: Annotated[str | None, Query(max_length=64, description="Id of the rep who asked.")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    offset: Annotated[int, Query(ge=0, le=NUMBER_MAX)] = 0,
) -> Response:
    """Return questions that the asker may see, open ones first, the oldest first."""
    with house.questions.cut(LATEST) as cut:
        known = [
            one
            for one in asked(cut, scope)
            if status in (None, one.state.status) and expert in (None, one.state.expert) and by in (None, one.state.by)
        ]
        page = known[offset : offset + limit]
        seen = readable(cut, {name for one in page for name in (*one.state.nearest, one.state.document)}, scope)
    return json_response({"total": len(known), "questions": [question_json(one, seen) for one in page]})


@router.get("/waiting")
def waiting(
    house: HouseHere,
    scope: ScopeHere,
    person: Annotated[str, Query(min_length=1, max_length=64, description="Id of a rep.")],
) -> Response:
    """Return what waits for a person: documents to verify, contradictions with their words, questions."""
    found = waiting_for(house.questions, scope, person)
    listed_of = found.examination.documents
    return json_response(
        {
            "person": person,
            "count": found.count,
            "documents": {
                ailment: [listed_json(listed_of[name]) | said_json(found.said.get(name, ())) for name in names]
                for ailment, names in found.documents.items()
            },
            "questions": [question_json(one, listed_of) for one in found.questions],
            "unrouted": [question_json(one, listed_of) for one in found.unrouted],
        }
    )


@router.post("", status_code=202, responses=_ANSWERS, openapi_extra=_body(_ASKED))
async def put(request: Request, house: HouseHere, scope: ScopeHere) -> Response:
    """Ask what search could not answer; it goes to an expert. The same words of the same person are one question."""
    fields = await fields_of(request)
    by, deal = scope.person or _word(fields, "by"), fields.get("deal")
    if deal is not None and not isinstance(deal, str):
        raise Rejected("field_type", "must be a string", pointer="/deal")
    name = await ask(house, Asking(text=_word(fields, "text"), by=by, deal=deal, narrowed=_narrowed(fields)))
    answer = json_response({"id": name})
    answer.status_code = 202
    return answer


@router.get("/{question_id}")
def shown(question_id: str, house: HouseHere, scope: ScopeHere) -> Response:
    """Return a question with whom it went to and why, and its answer."""
    with house.questions.cut(LATEST) as cut:
        one = question(cut, question_id, scope)
        seen = readable(cut, {*one.state.nearest, one.state.document}, scope)
    return json_response(question_json(one, seen))


@router.post("/{question_id}/{deed}", status_code=202, responses=_ANSWERS, openapi_extra=_body(_DONE))
async def do(question_id: str, deed: Deed, request: Request, house: HouseHere, scope: ScopeHere) -> Response:
    """Answer a question with a document, decline it with a reason, put it aside, take that back, or give it away."""
    fields = await fields_of(request)
    await close(house, scope, question_id, deed, fields | _who(scope))
    answer = json_response({"id": question_id})
    answer.status_code = 202
    return answer


def _who(scope: Scope) -> Wire:
    return {"by": scope.person} if scope.person else {}


def _word(fields: Wire, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Rejected("field_missing", "is required", pointer=f"/{name}")
    return value


def _narrowed(fields: Wire) -> dict[str, tuple[str, ...]]:
    """Return the filters of a question; raise `Rejected` for those that nothing is narrowed by."""
    given = fields.get("filters") or {}
    if not isinstance(given, dict):
        raise Rejected("field_type", "must be an object", pointer="/filters")
    for name, values in given.items():
        if name not in NARROWED_BY:
            raise Rejected("field_unknown", "is no filter of questions", pointer="/filters")
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise Rejected("field_type", "must be a list of strings", pointer=f"/filters/{name}")
        if len(values) > FILTER_VALUES_MAX:
            raise Rejected("field_size", f"may have {FILTER_VALUES_MAX} values", pointer=f"/filters/{name}")
    return {str(name): tuple(str(value) for value in values) for name, values in given.items()}
