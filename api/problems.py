"""Problems as RFC 9457 answers: one shape for everything that can go wrong, never an echo of what was sent."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse

from api.door import PROBLEM_TYPE, PROBLEMS

_TEXT = {"type": "string"}
_PLACE = {"type": "object", "properties": dict.fromkeys(("pointer", "code", "detail"), _TEXT)}
SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "instance", "code"), _TEXT),
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": _PLACE},
    },
}


def documented(description: str) -> dict[str, object]:
    """Return how a problem answer stands in the OpenAPI document."""
    return {"description": description, "content": {PROBLEM_TYPE: {"schema": SCHEMA}}}


ANSWERS: dict[int | str, dict[str, object]] = {
    "4XX": documented("A problem with the request (RFC 9457)."),
    "5XX": documented("A problem here (RFC 9457); 503 says in Retry-After when to come again."),
}


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
    return JSONResponse(body, status_code=status, media_type=PROBLEM_TYPE, headers=dict(headers or {}))


def wants_page(request: Request) -> bool:
    """Return whether the asker is a browser that wants a page."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
