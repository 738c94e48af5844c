"""Search: knowledge and past deals, and deals like one."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.asking import HouseHere, ScopeHere
from api.responses import json_response
from api.searching.asking import LIMIT, LIMIT_MAX, TEXT_LETTERS_MAX, ask_of, search_for
from api.searching.likes import EACH, AskAlike, alike
from api.searching.render import alike_json, status_json, told_json
from search.ranking.similar import TRAIT_SHARE

router = APIRouter(prefix="/api", tags=["search"])

Values = Annotated[str, Query(max_length=400, description="Several with commas between.")]


@router.get("/search")
def found(
    house: HouseHere,
    scope: ScopeHere,
    q: Annotated[str, Query(max_length=TEXT_LETTERS_MAX, description="What to look for.")],
    kind: Values = "",
    language: Values = "",
    outcome: Values = "",
    industry: Values = "",
    product: Values = "",
    competitor: Values = "",
    tag: Values = "",
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT,
) -> Response:
    """Return documents and past deals, best first, each with why it was found; `good` is false when none fits."""
    ask = ask_of(
        q,
        limit,
        kind=kind,
        language=language,
        outcome=outcome,
        industry=industry,
        product=product,
        competitor=competitor,
        tag=tag,
    )
    return json_response(told_json(search_for(house.search, house.questions, ask, scope)))


@router.get("/search/status")
def status(house: HouseHere) -> Response:
    """Return how far the index is, and what reads by meaning."""
    return json_response(status_json(house.search.status()))


@router.get("/deals/{deal}/similar")
def similar(
    deal: str,
    house: HouseHere,
    scope: ScopeHere,
    stage: Annotated[str, Query(max_length=200, description="Where the deal stands now, when it is absent.")] = "",
    weight: Annotated[float, Query(ge=0, le=1, description="How much structured likeness counts.")] = TRAIT_SHARE,
    each: Annotated[int, Query(ge=1, le=20, description="Won deals, and as many lost ones.")] = EACH,
) -> Response:
    """Return past deals like one, as they were known at the same stage, won and lost, and how they went on."""
    ask = AskAlike(deal=deal, stage=stage, share=weight, each=each)
    return json_response(alike_json(alike(house.search, house.questions, ask, scope, house.secret)))
