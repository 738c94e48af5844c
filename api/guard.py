"""The guard in front of every handler: foreign hosts, other sites' writes and ambiguous addresses stay outside."""

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "worker-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types paceline"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PARAMETERS_MAX = 50
_HERE = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE | re.ASCII)
# Parameters that may come several times.
_LISTS = frozenset({b"board"})
_READS = frozenset({"GET", "HEAD", "OPTIONS"})

Refusal = tuple[int, str, str]


class Guard:
    """Refuses what no handler should see, and puts the security headers on every answer, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message))
            await send(message)

        refusal = refused(scope)
        answer = problem(*refusal) if refusal else self._app
        await answer(scope, receive, secured)


def secure(headers: MutableHeaders) -> None:
    """Put the security headers on an answer."""
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)


def refused(scope: Scope) -> Refusal | None:
    """Return why a request is refused before any handler sees it: status, code and detail."""
    headers = Headers(scope=scope)
    if not _is_here(headers.getlist("host")):
        return 421, "host_unknown", "Paceline answers on this machine alone."
    if scope["method"] not in _READS and not _is_same_site(headers):
        return 403, "cross_site", "Another site may not write here."
    raw: bytes = scope.get("raw_path") or b""
    query: bytes = scope["query_string"]
    if not _is_text(raw) or not _is_text(query):
        return 400, "encoding", "An address is UTF-8, percent-encoded, without NUL."
    names = [unquote_to_bytes(part.partition(b"=")[0]) for part in query.split(b"&") if part]
    single = [name for name in names if name not in _LISTS]
    if len(names) > PARAMETERS_MAX or len(set(single)) != len(single):
        return 400, "parameter_repeated", f"Send each parameter once, and at most {PARAMETERS_MAX}."
    return None


def _is_here(hosts: Sequence[str]) -> bool:
    """Return whether a request names this machine, once; a page of another name may not read through it."""
    return len(hosts) == 1 and _HERE.fullmatch(hosts[0]) is not None


def _is_same_site(headers: Headers) -> bool:
    """Return whether a write comes from a page of this site or from no page at all.

    Browsers say so in Sec-Fetch-Site; older ones only name the page's origin.
    """
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return False
    origin = headers.get("origin")
    return origin is None or origin.partition("//")[2] == headers.get("host")


def _is_text(raw: bytes) -> bool:
    found = unquote_to_bytes(raw)
    try:
        found.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in found
