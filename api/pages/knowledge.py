"""What people know: the list of documents, and how healthy it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.asking import HouseHere, ScopeHere, company_zone
from api.knowledge.fields import KINDS
from api.knowledge.health import examined
from api.knowledge.waiting import waiting_for
from api.site.person import person_here
from api.site.templates import page
from services.documents.health import AILMENTS, SHARE_WANTED
from services.documents.trust import TRUSTS
from services.view import LATEST
from streams.answers import documents
from streams.answers.asked import asked
from streams.answers.documents import Listed
from streams.answers.names import Names, names_of

router = APIRouter(include_in_schema=False)

PAGE_ROWS = 40
VERIFIERS_MAX = 200
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
    verifier: Annotated[str, Query(max_length=64)] = "",
    offset: Annotated[int, Query(ge=0, le=OFFSET_MAX)] = 0,
) -> HTMLResponse:
    """Show the documents that the asker may read, the last written first."""
    with house.questions.cut(LATEST) as cut:
        everything = documents.listed(cut, scope)
        names = names_of(cut.connection)
    chosen = Choice(kind=kind, trust=trust, verifier=verifier, archived=bool(archived))
    found = [one for one in everything if chosen.fits(one)]
    after = offset + PAGE_ROWS
    return page(
        request,
        "knowledge.html",
        documents=found[offset:after],
        waiting=waiting_for(house.questions, scope, person).count if (person := person_here(request, scope)) else 0,
        total=len(found),
        any=bool(everything),
        names=names,
        zone=company_zone(house),
        kinds=KINDS,
        trusts=TRUSTS,
        chosen=chosen,
        verifiers=_verifiers(everything, names),
        offset=offset,
        before=max(offset - PAGE_ROWS, 0) if offset else None,
        after=after if after < len(found) else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Which documents are shown; an empty word stands for all."""

    kind: str
    trust: str
    verifier: str
    archived: bool

    def fits(self, one: Listed) -> bool:
        """Return whether a document is one of them."""
        return (
            self.kind in ("", one.state.kind)
            and self.trust in ("", one.trust)
            and self.verifier in ("", one.state.verifier)
            and self.archived is (one.state.archived is not None)
        )


def _verifiers(everything: Iterable[Listed], names: Names) -> list[str]:
    """Return those who have something to verify, by name."""
    found = {one.state.verifier for one in everything if one.state.verifier}
    return sorted(found, key=lambda one: (names.of("rep", one), one))[:VERIFIERS_MAX]


@router.get("/knowledge/health", response_class=HTMLResponse)
def health(request: Request, house: HouseHere, scope: ScopeHere) -> HTMLResponse:
    """Show what cannot be relied on, what nobody uses, and what nobody has answered."""
    with house.questions.cut(LATEST) as cut:
        unanswered = [one for one in asked(cut, scope) if one.state.status == "open"]
    return page(
        request,
        "knowledge_health.html",
        found=examined(house.questions, scope, shown_max=AILING_ROWS),
        unanswered=unanswered,
        ailments=AILMENTS,
        wanted=SHARE_WANTED,
        rows_max=AILING_ROWS,
        zone=company_zone(house),
    )
