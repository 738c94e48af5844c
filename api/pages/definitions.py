"""How every metric is counted."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.site.templates import page
from services.metrics.registry import registry

router = APIRouter(include_in_schema=False)


@router.get("/definitions", response_class=HTMLResponse)
def definitions(request: Request) -> HTMLResponse:
    """Show the published definition of every metric."""
    return page(request, "definitions.html", metrics=list(registry().values()))
