"""The accounting of deliveries."""

from dataclasses import asdict

from fastapi import APIRouter, Response

from api.asking import HouseHere
from api.responses import json_response
from streams.ledger.accounting import accounting

router = APIRouter(prefix="/api/accounting", tags=["accounting"])


@router.get("")
def counts(house: HouseHere) -> Response:
    """Return what was received and what became of it; `gap` is 0 when all is accounted for."""
    found = accounting(house.questions.connection())
    return json_response({**asdict(found), "gap": found.gap})
