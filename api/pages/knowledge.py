"""What people know: the list of documents, and how healthy it is."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.asking import HouseHere, ScopeHere, company_zone
from api.knowledge.fields import KINDS
from api.knowledge.health import examined
from api.site.templates import page
from services.documents.health import AILMENTS, SHARE_WANTED
from services.documents.trust import TRUSTS
from services.view import LATEST
from streams.answers import documents
from streams.answers.names import names_of

router = APIRouter(include_in_schema=False)

PAGE_ROWS = 40
OFFSET_MAX = 2**31 - 1
# Of each ailment so many are shown; whoever has more has to begin somewhere.
AILING_ROWS = 12


@router.get("/knowledge", response_class=HTMLResponse)
def knowledge(
    request: Request,
    house: HouseHere,
    scope: ScopeHere,
    kind: Annotated[str, Query(max_length=20)] = "",
    trust: Annotated[str, Query(max_length=20)] = "",
    archived: Annotated[str, Query(max_length=5)] = "",
    offset: Annotated[int, Query(ge=0, le=OFFSET_MAX)] = 0,
) -> HTMLResponse:
    """Show the documents that the asker may read, the last written first."""
    with house.questions.cut(LATEST) as cut:
        everything = documents.listed(cut, scope)
        names = names_of(cut.connection)
    found = [
        one
        for one in everything
        if kind in ("", one.state.kind)
        and trust in ("", one.trust)
        and (one.state.archived is not None) is bool(archived)
    ]
    after = offset + PAGE_ROWS
    return page(
        request,
        "knowledge.html",
        documents=found[offset:after],
        total=len(found),
        any=bool(everything),
        names=names,
        zone=company_zone(house),
        kinds=KINDS,
        trusts=TRUSTS,
        kind=kind,
        trust=trust,
        archived=bool(archived),
        offset=offset,
        before=max(offset - PAGE_ROWS, 0) if offset else None,
        after=after if after < len(found) else None,
    )


@router.get("/knowledge/health", response_class=HTMLResponse)
def health(request: Request, house: HouseHere, scope: ScopeHere) -> HTMLResponse:
    """Show what cannot be relied on, and what nobody uses."""
    return page(
        request,
        "knowledge_health.html",
        found=examined(house.questions, scope),
        ailments=AILMENTS,
        wanted=SHARE_WANTED,
        rows_max=AILING_ROWS,
        zone=company_zone(house),
    )
