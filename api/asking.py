"""What every handler needs of a request: the house, the asker's scope, and the view that is asked for."""

from typing import Annotated

from fastapi import Depends, Query, Request

from api.viewing import view_of, zone_of
from api.wiring import House
from services.scope import Scope
from services.view import LATEST, View


async def house_of(request: Request) -> House:
    """Return what the application was wired with; not in a thread, as FastAPI calls what does not say `async`."""
    house: House = request.app.state.house
    return house


async def scope_of(request: Request) -> Scope:
    """Return what the asker may see; there is one for all of an application until sign-in exists."""
    scope: Scope = request.app.state.scope
    return scope


def company_zone(house: House) -> str:
    """Return the company's zone."""
    return zone_of(house.questions)


def asked_view(
    house: "HouseHere",
    as_of: Annotated[str | None, Query(max_length=40)] = None,
    happened_by: Annotated[str | None, Query(max_length=40)] = None,
) -> View:
    """Return the view that a request asks for."""
    if not as_of and not happened_by:
        return LATEST
    return view_of(as_of, happened_by, company_zone(house))


HouseHere = Annotated[House, Depends(house_of)]
ScopeHere = Annotated[Scope, Depends(scope_of)]
ViewHere = Annotated[View, Depends(asked_view)]
