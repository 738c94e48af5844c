"""Static files under addresses that carry a hash of their content, so that browsers may keep them for ever."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

FOLDER = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# No string of the scripts has such marks in it, and no line of a string begins with them; the tests hold this.
_COMMENTS = re.compile(r"/\*\*.*?\*/ ?", re.DOTALL)
_LINES_OF_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)

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
    files = {path.name: _lean(path) for path in sorted(FOLDER.iterdir()) if path.suffix in _TYPES}
    digest = hashlib.sha256(b"".join(name.encode() + body for name, body in files.items())).hexdigest()[:12]
    return Assets(digest, files)


def _lean(path: Path) -> bytes:
    """Return a file without what only its readers need: comments and indents are a third of the scripts."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        text = _LINES_OF_COMMENT.sub("", _COMMENTS.sub("", text))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()).encode()


@router.get("/static/{version}/{name}")
def static(version: str, name: str) -> Response:
    """Return a static file."""
    known = assets()
    if name not in known.files or version != known.version:
        raise HTTPException(404)
    kind = _TYPES[Path(name).suffix]
    return Response(known.files[name], media_type=kind, headers={"Cache-Control": FOREVER})
