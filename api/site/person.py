"""Who acts on pages: until there is a sign-in, whoever said once who they are need not say it each time."""

from fastapi import Request, Response

from services.scope import Scope

PERSON = "person"
YEAR_SECONDS = 31_536_000


def person_here(request: Request, scope: Scope) -> str:
    """Return the id of the person who looks, empty when nobody knows."""
    return scope.person or request.cookies.get(PERSON, "")[:64]


def remember(answer: Response, person: str) -> None:
    """Let a browser say from now on who looks."""
    answer.set_cookie(PERSON, person, max_age=YEAR_SECONDS, samesite="lax", httponly=True)
