"""Search: knowledge and past deals in one list, with why each was found; and deals like one."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.asking import HouseHere, ScopeHere, company_zone
from api.knowledge.questions import id_of
from api.searching.asking import FILTERS, LIMIT, TEXT_LETTERS_MAX, ask_of, search_for
from api.searching.likes import AskAlike, alike
from api.searching.shown import chips, pieces
from api.site.person import person_here
from api.site.stages import Stages
from api.site.templates import page
from search.ranking.similar import TRAIT_SHARE
from services.errors import QuestionUnknown
from services.scope import Scope
from services.view import LATEST
from streams.answers.asked import Asked, question
from streams.answers.cut import Cut
from streams.answers.documents import readable
from streams.answers.names import names_of, titles_of

router = APIRouter(include_in_schema=False)


@router.get("/search", response_class=HTMLResponse)
def search_page(
    request: Request,
    house: HouseHere,
    scope: ScopeHere,
    q: Annotated[str, Query(max_length=TEXT_LETTERS_MAX)] = "",
    deal: Annotated[str, Query(max_length=64)] = "",
    said: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """Show what a question finds, and what became of it where it was asked of an expert."""
    chosen = {name: request.query_params.get(name, "")[:400] for name in FILTERS}
    ask = ask_of(q.strip(), LIMIT, **chosen)
    told = search_for(house.search, house.questions, ask, scope) if ask.text else None
    person = person_here(request, scope)
    with house.questions.cut(LATEST) as cut:
        mine = _mine(cut, id_of(house, person, ask.text), scope) if person and ask.text else None
        seen = readable(cut, {*mine.state.nearest, mine.state.document}, scope) if mine else {}
        names = names_of(cut.connection)
    return page(
        request,
        "search.html",
        ask=ask,
        deal=deal,
        said=said,
        mine=mine,
        seen=seen,
        names=names,
        person=names.of("rep", person),
        zone=company_zone(house),
        told=told,
        chips=chips(ask),
        pieces=pieces,
        cleared=dict.fromkeys(FILTERS),
        index=house.search.status(),
    )


def _mine(cut: Cut, name: str, scope: Scope) -> Asked | None:
    """Return what somebody asked of an expert in these words, None when they did not."""
    try:
        return question(cut, name, scope)
    except QuestionUnknown:
        return None


@router.get("/deals/{deal}/similar", response_class=HTMLResponse)
def similar_page(
    request: Request,
    deal: str,
    house: HouseHere,
    scope: ScopeHere,
    stage: Annotated[str, Query(max_length=200)] = "",
    weight: Annotated[float, Query(ge=0, le=1)] = TRAIT_SHARE,
) -> HTMLResponse:
    """Show past deals that looked like one at the same stage."""
    found = alike(house.search, house.questions, AskAlike(deal=deal, stage=stage, share=weight), scope, house.secret)
    with house.questions.cut(LATEST) as cut:
        stages = Stages(cut.organisation.pipelines)
        title = titles_of(cut.connection, [f"deal/{found.deal}"]).get(f"deal/{found.deal}", found.deal)
    return page(request, "similar.html", found=found, stages=stages, title=title, pieces=pieces)
