"""A document: its text, whether it can be trusted, what became of its use, and what changed between versions."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.asking import HouseHere, ScopeHere, company_zone
from api.knowledge.acting import act
from api.knowledge.forms import FieldWrong, deal_of, person_of, sent
from api.knowledge.people import People
from api.knowledge.shown import html_of
from api.knowledge.wires import Wire
from api.site.person import person_here, remember
from api.site.templates import page
from api.wiring import House
from services.deals.deal import Deal
from services.documents.difference import difference
from services.documents.readers import may_change
from services.documents.record import Record
from services.documents.versions import Version
from services.errors import DocumentUnknown
from services.scope import Scope
from services.view import LATEST
from streams.answers import documents
from streams.answers.cut import Cut
from streams.answers.documents import Listed
from streams.answers.names import Names, names_of, titles_of
from streams.answers.visible import visible_deals
from streams.projection.shelf import decode_root

router = APIRouter(include_in_schema=False)

Deed = Literal["verified", "archived", "restored", "used", "use_withdrawn", "found_helpful", "contradicted"]
DEALS_SHOWN, VERSIONS_SHOWN = 12, 20
NUMBER_MAX = 2**31 - 1


@router.get("/documents/{document}", response_class=HTMLResponse)
def document_page(
    request: Request,
    document: str,
    house: HouseHere,
    scope: ScopeHere,
    version: Annotated[int, Query(ge=0, le=NUMBER_MAX)] = 0,
    said: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """Show a document, as it stands or as one of its versions."""
    with house.questions.cut(LATEST) as cut:
        seen = _seen(cut, document, scope)
    versions = seen.versions
    if version > len(versions):
        raise DocumentUnknown(document)
    chosen = versions[version - 1 if version else -1]
    return page(
        request,
        "document.html",
        seen=seen,
        one=seen.one,
        chosen=chosen,
        body=None if chosen.text is None else html_of(_untitled(chosen.text, chosen.title)),
        versions=versions[::-1][:VERSIONS_SHOWN],
        names=seen.names,
        may_change=may_change(seen.one.state, scope),
        person=seen.names.of("rep", person_here(request, scope)),
        said=said,
        zone=company_zone(house),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A document with what stands around it: its plays or its playbook, and the deals that the asker sees."""

    one: Listed
    versions: tuple[Version, ...]
    records: dict[str, Record]
    plays: list[Listed]
    book: Listed | None
    deals: list[str]
    titles: dict[str, str]
    names: Names

    @property
    def record(self) -> Record:
        """Return what became of the deals that used the document itself."""
        return self.records[self.one.id]


def _seen(cut: Cut, name: str, scope: Scope) -> Seen:
    one = documents.document(cut, name, scope)
    around = documents.listed(cut, scope) if one.state.kind == "playbook" or one.state.playbook else []
    plays = documents.plays_of(around, name)
    records = documents.records(cut, [name, *(play.id for play in plays)])
    deals = visible_deals(cut, [use.deal for use in records[name].uses], scope)[:DEALS_SHOWN]
    return Seen(
        one=one,
        versions=documents.versions(cut, name),
        records=records,
        plays=plays,
        book=next((book for book in around if book.id == one.state.playbook), None),
        deals=deals,
        titles=titles_of(cut.connection, [f"deal/{deal}" for deal in (*deals, one.state.deal) if deal]),
        names=names_of(cut.connection),
    )


def _untitled(text: str, title: str) -> str:
    """Return a text without its first heading where that is the title, which the page shows already."""
    first, _, rest = text.partition("\n")
    return rest if first.startswith("# ") and first[2:].strip() == title.strip() else text


@router.get("/documents/{document}/changes", response_class=HTMLResponse)
def changes(
    request: Request,
    document: str,
    house: HouseHere,
    scope: ScopeHere,
    before: Annotated[int, Query(ge=1, le=NUMBER_MAX)] = 1,
    after: Annotated[int, Query(ge=1, le=NUMBER_MAX)] = 2,
) -> HTMLResponse:
    """Show what changed between two versions."""
    with house.questions.cut(LATEST) as cut:
        one = documents.document(cut, document, scope)
        versions = documents.versions(cut, document)
        names = names_of(cut.connection)
    if max(before, after) > len(versions):
        raise DocumentUnknown(document)
    old, new = versions[before - 1], versions[after - 1]
    lines = difference(old.text or "", new.text or "")
    return page(request, "changes.html", one=one, old=old, new=new, lines=lines, names=names, zone=company_zone(house))


@router.post("/documents/{document}/deeds/{deed}")
async def do(request: Request, document: str, deed: Deed, house: HouseHere, scope: ScopeHere) -> RedirectResponse:
    """Let somebody verify, use, judge, contradict, archive or restore a document, and go back to it."""
    given = await sent(request)
    said, by = str(deed), ""
    try:
        fields = await asyncio.to_thread(_fields, house, scope, deed, given)
        await act(house, scope, document, deed, fields)
        by = str(fields.get("by") or "") if given.get("by") else ""
    except FieldWrong as wrong:
        said = f"wrong_{wrong.name}"
    answer = RedirectResponse(f"/documents/{document}?{urlencode({'said': said})}", status_code=303)
    if by:
        # Until there is a sign-in, whoever acts here need not say who they are each time.
        remember(answer, by)
    return answer


def _fields(house: House, scope: Scope, deed: Deed, given: dict[str, str]) -> Wire:
    """Return the data of an event; raise `FieldWrong` for a person or a deal that does not exist."""
    connection = house.questions.connection()
    people = People(names_of(connection), connection, house.secret)
    by = scope.person or person_of("by", given.get("by", ""), people)
    found: Wire = {"by": by} if by else {}
    deal = deal_of(given.get("deal", ""), people)
    if deed in ("used", "use_withdrawn"):
        owner = _owner(house, deal)
        if deal is None or owner is None:
            raise FieldWrong("deal", "unknown")
        return {"deal": deal, "by": by or owner or None}
    if deed == "found_helpful":
        return found | {"helpful": given.get("helpful") == "yes"}
    if deed == "contradicted":
        return found | {"text": given.get("text", "").strip()[:4_000] or None} | ({"deal": deal} if deal else {})
    return found


def _owner(house: House, deal: str | None) -> str | None:
    """Return the owner of a deal, "" for nobody, None when there is no such deal."""
    row = (
        house.questions.connection().execute("SELECT state FROM roots WHERE subject = ?", (f"deal/{deal}",)).fetchone()
    )
    state = decode_root(f"deal/{deal}", row[0]).state if row and row[0] else None
    return state.owner if isinstance(state, Deal) else None
