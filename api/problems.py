"""Problems as RFC 9457 answers: one shape for everything that can go wrong, never an echo of what was sent."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse

from api.door import PROBLEMS

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return a problem; `code` names its type, `errors` the places in the request."""
    body: dict[str, object] = {
        "type": PROBLEMS + code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{uuid.uuid4()}",
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def wants_page(request: Request) -> bool:
    """Return whether the asker is a browser that wants a page."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
