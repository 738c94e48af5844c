"""Pages, one a file with its template, found by their files."""

import pkgutil
from importlib import import_module

from fastapi import APIRouter, Request, Response

from api.site import assets
from api.site.templates import page


def mount(routes: APIRouter) -> None:
    """Add every page of this folder."""
    routes.include_router(assets.router)
    for module in pkgutil.iter_modules(__path__):
        router = getattr(import_module(f"{__name__}.{module.name}"), "router", None)
        if router is not None:
            routes.include_router(router)


def failure(request: Request, status: int, code: str, detail: str) -> Response:
    """Return the page that says what went wrong."""
    return page(request, "failure.html", status=status, code=code, number=status, detail=detail)
