"""Dead letters: what could not be applied, to be seen, replayed or discarded."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from api.asking import HouseHere, ScopeHere
from api.render import Json, letter_json
from api.responses import json_response
from services.scope import Scope
from streams.ledger import deadletters
from streams.ledger.deadletters import DeadLetterUnknown

router = APIRouter(prefix="/api/dead-letters", tags=["dead letters"])

NUMBER_MAX = 2**63 - 1
Status = Literal["open", "replayed", "discarded"]
Number = Annotated[int, Path(ge=0, le=NUMBER_MAX)]


def _admin(scope: Scope, number: int = 0) -> None:
    """Let only admins pass; to others there is no such thing."""
    if scope.role != "admin":
        raise DeadLetterUnknown(number)


@router.get("")
def listed(
    house: HouseHere,
    scope: ScopeHere,
    status: Status = "open",
    after: Annotated[int, Query(ge=0, le=NUMBER_MAX)] = 0,
    limit: Annotated[int, Query(ge=1, le=deadletters.PAGE_MAX)] = 50,
) -> Response:
    """Return dead letters by their number, after `after`."""
    _admin(scope)
    found = deadletters.listed(house.questions.connection(), status=status, after=after, limit=limit)
    return json_response([letter_json(letter) for letter in found])


@router.get("/{number}")
def shown(number: Number, house: HouseHere, scope: ScopeHere) -> Response:
    """Return one dead letter with what was delivered."""
    _admin(scope, number)
    return json_response(letter_json(deadletters.one(house.questions.connection(), number), raw=True))


@router.post("/{number}/replay")
async def replayed(number: Number, house: HouseHere, scope: ScopeHere) -> Response:
    """Try a dead letter again and return what became of it."""
    _admin(scope, number)
    outcome = await house.engine.care(lambda ledger, now_us: deadletters.replay_letter(ledger, number, now_us))
    body: Json = {"id": number, "outcome": outcome.kind, "reason": outcome.reason}
    return json_response(body)


@router.post("/{number}/discard")
async def discarded(number: Number, house: HouseHere, scope: ScopeHere) -> Response:
    """Give up a dead letter; it stays in the table as discarded."""
    _admin(scope, number)
    await house.engine.care(lambda ledger, _: deadletters.discard(ledger, number))
    return json_response({"id": number, "outcome": "discarded"})
