"""Hostile input to every operation: whatever is sent, nothing breaks, and every refusal is a problem."""

import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import msgspec
import pytest

from tests.api.houses import BATCH, ONE, PROBLEM, Json, Site, opened, send_batch
from tests.builders import event, joined, order, team

TRIES = 25
LONG = "x" * 3_000
TEXTS = (
    "", " ", "0", "-1", "1", "2017", "2017-Q1", "2017-03", "today", "this-week", "2017-01-01..2017-12-31", "9" * 400,
    "99999999999999999999", "1e309", "NaN", "true", "null", "[]", "{}", "'", '"', "`", ";", "--", "%", "%00",
    "\x00", "\x07", "\r\nX-A: b", "../../etc/passwd", "..\\..", "//evil.example", "\\\\host", "' OR 1=1 --",
    "<script>alert(1)</script>", "{{7*7}}", "${jndi:x}", "\u202e", "\u200b", "\ufeff", "\ud7ff", "é", "e\u0301", "中文",
    "😀", "١٢٣", "²", "Ａ", LONG, "won_amount", "rep", "team", "ann", "one", "deal/one", "0001-01-01", "9999-12-31",
    "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2017-02-30", "2017-03-01T24:00", "Europe/Berlin",
    "Europe", "/etc/localtime", "posix/UTC", "..", ".", "csv", "json", "\t", "\x7f", "\x85", "\u2028",
)  # fmt: skip
KINDS = (
    ONE,
    BATCH,
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "",
    "application/xml",
    "multipart/form-data; boundary=x",
)
HEADERS = (
    "Idempotency-Key",
    "Last-Event-ID",
    "Accept",
    "Accept-Language",
    "Cookie",
    "X-Fragment",
    "Range",
    "If-None-Match",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a small company."""
    with opened(tmp_path_factory.mktemp("home")) as found:
        yield found


def operations() -> list[str]:
    """Return every operation of the program, pages included, as `METHOD /path?parameter&parameter`."""
    api = {
        "GET /api/boards/{metric}": "period by team zone format as_of happened_by",
        "GET /api/why/{metric}": "rep period limit offset as_of happened_by",
        "GET /api/metrics/{metric}": "",
        "GET /api/deals/{deal}": "as_of happened_by",
        "GET /api/deals/{deal}/similar": "stage weight each",
        "GET /api/search": "q kind language outcome industry product competitor tag limit",
        "GET /api/search/status": "",
        "GET /api/documents": "kind trust verifier archived limit offset as_of happened_by",
        "GET /api/documents/health": "",
        "GET /api/documents/{document}": "as_of happened_by",
        "GET /api/documents/{document}/versions/{number}": "as_of happened_by",
        "GET /api/documents/{document}/changes": "before after as_of happened_by",
        "POST /api/documents": "",
        "POST /api/documents/preview": "",
        "POST /api/documents/alike": "",
        "GET /api/questions": "status expert by limit offset",
        "GET /api/questions/waiting": "person",
        "GET /api/questions/{question_id}": "",
        "POST /api/questions": "",
        "POST /api/questions/{question_id}/{deed}": "",
        "POST /api/documents/{document}/versions": "",
        "POST /api/documents/{document}/{deed}": "",
        "GET /api/dead-letters": "status after limit",
        "GET /api/dead-letters/{number}": "",
        "POST /api/dead-letters/{number}/replay": "",
        "POST /api/dead-letters/{number}/discard": "",
        "POST /api/events": "",
        "POST /api/events/batch": "atomic",
        "GET /api/accounting": "",
        "GET /metrics": "",
        "GET /api/health": "",
        "GET /live/boards": "board",
        "GET /live/boards/{metric}": "period by team lang",
    }
    pages = {
        "GET /": "metric period by team as_of happened_by lang",
        "GET /definitions": "lang",
        "GET /health": "lang",
        "GET /reps/{rep}": "period as_of happened_by",
        "GET /why/{metric}": "rep period offset as_of happened_by",
        "GET /deals/{deal}": "as_of happened_by",
        "GET /deals/{deal}/similar": "stage weight lang",
        "GET /search": "q kind language outcome deal said lang",
        "GET /knowledge": "kind trust verifier archived offset lang",
        "GET /knowledge/health": "lang",
        "GET /knowledge/new": "kind deal playbook question lang",
        "POST /knowledge/new": "",
        "GET /documents/{document}": "version said lang",
        "GET /documents/{document}/changes": "before after",
        "GET /documents/{document}/edit": "lang",
        "POST /documents/{document}/edit": "",
        "POST /documents/{document}/deeds/{deed}": "",
        "POST /documents/preview": "",
        "POST /documents/alike": "",
        "GET /knowledge/waiting": "person said me lang",
        "POST /questions": "",
        "POST /questions/{question_id}/deeds/{deed}": "",
        "GET /static/{version}/{name}": "",
        "POST /preferences": "",
    }
    return [f"{name}?{'&'.join(parameters.split())}" for name, parameters in (api | pages).items()]


def text(dice: random.Random) -> str:
    """Return a hostile text."""
    return dice.choice(TEXTS) if dice.random() < 0.9 else dice.choice(TEXTS) + dice.choice(TEXTS)


def value(dice: random.Random, depth: int = 0) -> object:
    """Return a hostile JSON value."""
    if depth < 4 and dice.random() < 0.3:
        return [value(dice, depth + 1) for _ in range(dice.randrange(3))]
    if depth < 4 and dice.random() < 0.3:
        return {text(dice): value(dice, depth + 1) for _ in range(dice.randrange(3))}
    return dice.choice([None, True, 0, -1, 2**63, 1.5, -0.0, text(dice), text(dice)])


def body(dice: random.Random) -> bytes:
    """Return a hostile body: noise, JSON, and events with something wrong in one place."""
    chance = dice.random()
    if chance < 0.2:
        return dice.randbytes(dice.randrange(200))
    if chance < 0.4:
        return msgspec.json.encode(value(dice))
    if chance < 0.6:
        return document_body(dice)
    kind, about = dice.choice([("deal.created", "deal"), ("deal.won", "deal"), ("company.configured", "company")])
    wire = event(kind, f"{about}/{dice.choice(['one', 'main'])}", "2017-03-01", amount="1.00", currency="USD")
    place = dice.choice([wire, wire["data"]])
    assert isinstance(place, dict)
    place[dice.choice([*place, text(dice), "zone", "fiscal", "owner", "closed_on"])] = value(dice)
    return msgspec.json.encode([wire] if dice.random() < 0.5 else wire)


def document_body(dice: random.Random) -> bytes:
    """Return a document, as JSON or as a form, with something wrong in it."""
    words: Json = {"title": "T", "text": "# Text", "base": "new", "by": "ann", "deal": "one", "helpful": True}
    words |= {"document": "play", "expert": "ann", "question": "why", "q": "Why?", "filters": {"tag": ["x"]}}
    for _ in range(dice.randrange(3)):
        words[dice.choice([*words, "readers", "kind", "verifier", "tags", "id", "do", text(dice)])] = value(dice)
    if dice.random() < 0.5:
        return msgspec.json.encode(words)
    return "&".join(f"{quote(str(name))}={quote(str(said))}" for name, said in words.items()).encode()


def filled(name: str, dice: random.Random) -> str:
    """Return what stands in the place of a parameter of a path: mostly something that exists."""
    known = {"metric": ("won_amount",), "document": ("play",), "number": ("1", "2"), "question_id": ("why",)}
    known["deed"] = ("verified", "used", "found_helpful", "contradicted", "archived", "restored", "updated")
    known["deed"] += ("answered", "declined", "assigned", "dismissed", "restored")
    return dice.choice(known[name]) if name in known and dice.random() < 0.7 else quote(text(dice), safe="")


def request(dice: random.Random, operation: str) -> httpx.Request:
    """Return a hostile request to an operation."""
    method, _, rest = operation.partition(" ")
    path, _, names = rest.partition("?")
    while "{" in path:
        before, _, after = path.partition("{")
        name, _, after = after.partition("}")
        path = before + filled(name, dice) + after
    asked = [(name, text(dice)) for name in names.split("&") if name and dice.random() < 0.5]
    query = "&".join(f"{name}={quote(given, safe='')}" for name, given in asked)
    headers = [(name.encode(), _header(dice)) for name in HEADERS if dice.random() < 0.2]
    if method == "POST":
        headers.append((b"Content-Type", dice.choice(KINDS).encode()))
    content = body(dice) if method == "POST" else b""
    return httpx.Request(method, f"http://127.0.0.1{path}?{query}", headers=headers, content=content)


def _header(dice: random.Random) -> bytes:
    """Return what a header may carry on the wire: bytes without control characters."""
    kept = [letter for letter in text(dice) if " " <= letter <= "ÿ" and letter != "\x7f"]
    return "".join(kept)[:500].strip().encode("latin-1")


@pytest.mark.parametrize("operation", operations())
async def test_nothing_breaks(site: Site, operation: str) -> None:
    """No answer is 5xx, and every refusal to a program is a problem or says what is wrong with each item."""
    dice = random.Random(operation)
    async with site.client() as client:
        play = event("document.written", "document/play", "2017-03-01", title="T", text="# Text", author="ann")
        why = event("question.asked", "question/why", "2017-03-01", text="Why?", by="ann")
        await send_batch(client, [joined("ann"), team("one"), *order("one", "2017-03-01"), play, why])
        for _ in range(TRIES):
            asked = request(dice, operation)
            if operation.startswith("GET /live"):
                asked.url = asked.url.copy_with(params={**asked.url.params, "by": "nobody"})
            answer = await client.send(asked)
            said = (asked.method, str(asked.url), asked.content[:300], answer.text[:300])
            assert answer.status_code < 500, said
            assert "x-a" not in answer.headers
            if answer.status_code >= 400 and "text/html" not in answer.headers["content-type"]:
                found: Json = answer.json()
                assert answer.headers["content-type"] == PROBLEM or "items" in found, said
                assert "items" in found or found["status"] == answer.status_code
        accounting = (await client.get("/api/accounting")).json()
    assert accounting["gap"] == 0


def test_every_route_is_tried(site: Site, tmp_path: Path) -> None:
    """A new route that nobody sends hostile input to fails here."""
    known = {operation.partition("?")[0] for operation in operations()}
    paths = site.app.openapi()["paths"]
    documented = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    assert documented - known == {"GET /api/metrics", "GET /livez", "GET /readyz"}
