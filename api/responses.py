"""Answers of the API: JSON that nobody may keep."""

import msgspec
from fastapi import Response

from api.render import Json


def json_response(body: Json | list[Json]) -> Response:
    """Return a JSON answer that nobody may keep."""
    return Response(msgspec.json.encode(body), media_type="application/json", headers={"Cache-Control": "no-store"})
