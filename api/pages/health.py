"""Whether everything is well, in words first."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.asking import HouseHere
from api.site.templates import page
from api.wellbeing import wellbeing
from streams.scaled.around import by_topic

router = APIRouter(include_in_schema=False)


@router.get("/health", response_class=HTMLResponse)
async def health(request: Request, house: HouseHere) -> HTMLResponse:
    """Show how everything is."""
    found = await wellbeing(house)
    return page(
        request,
        "health.html",
        health=found,
        delays=list(by_topic(found.around.lag)) if found.around else [],
        zone=found.kept.rules.zone if found.kept and found.kept.rules else "UTC",
    )
