"""Deals and their stories."""

from fastapi import APIRouter, Response

from api.asking import HouseHere, ScopeHere, ViewHere
from api.render import story_json
from api.responses import json_response
from streams.answers.story import story

router = APIRouter(prefix="/api/deals", tags=["deals"])


@router.get("/{deal}")
def deal_story(deal: str, house: HouseHere, scope: ScopeHere, view: ViewHere) -> Response:
    """Return a deal, by its id or its key at the source, with its timeline and what each event moved."""
    return json_response(story_json(story(house.questions, deal, scope, view, house.secret)))
