"""Static files under addresses that carry a hash of their content, so that browsers may keep them for ever."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

FOLDER = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Assets:
    """Static files by name, and the hash of all of them together."""

    version: str
    files: dict[str, bytes]

    def url(self, name: str) -> str:
        """Return the address of a file; raise `KeyError` when there is none of that name."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"


@cache
def assets() -> Assets:
    """Return the static files. Modules import each other by name, so that one hash stands for all."""
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in _TYPES}
    digest = hashlib.sha256(b"".join(name.encode() + body for name, body in files.items())).hexdigest()[:12]
    return Assets(digest, files)


@router.get("/static/{version}/{name}")
def static(version: str, name: str) -> Response:
    """Return a static file."""
    known = assets()
    if name not in known.files or version != known.version:
        raise HTTPException(404)
    kind = _TYPES[Path(name).suffix]
    return Response(known.files[name], media_type=kind, headers={"Cache-Control": FOREVER})
