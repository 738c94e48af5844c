"""The language and the theme that a visitor chose, remembered in cookies."""

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from api.site.language import known_language
from api.site.person import YEAR_SECONDS

router = APIRouter(include_in_schema=False)

BODY_MAX_BYTES = 4_096
THEMES = ("auto", "light", "dark")


@router.post("/preferences")
async def choose(request: Request) -> RedirectResponse:
    """Remember a choice and go back to where it was made; only to an address of this site."""
    body = bytearray()
    async for part in request.stream():
        body += part[: BODY_MAX_BYTES - len(body)]
    fields = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    back = fields.get("back", "/")
    local = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    answer = RedirectResponse(back if local else "/", status_code=303)
    spoken = known_language(fields.get("lang", ""))
    if spoken:
        answer.set_cookie("lang", spoken, max_age=YEAR_SECONDS, samesite="lax", httponly=True)
    if fields.get("theme") in THEMES:
        answer.set_cookie("theme", fields["theme"], max_age=YEAR_SECONDS, samesite="lax", httponly=True)
    return answer
