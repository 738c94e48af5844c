"""The guard: who may ask at all, and what every answer carries."""

from pathlib import Path

import httpx
import pytest

from api.guard import SECURITY_HEADERS
from tests.api.houses import ADDRESS, ONE, opened, problem_of

HERE = "127.0.0.1:8642"


@pytest.mark.parametrize("host", [HERE, "localhost", "LOCALHOST:8642", "[::1]:8642", "[::1]"])
async def test_this_machine_is_answered(tmp_path: Path, host: str) -> None:
    """Every name of this machine is answered."""
    with opened(tmp_path) as site:
        async with site.client(Host=host) as client:
            assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost:8642.evil.example", "evil.example:127", "", "127.0.0.1@evil"],
)
async def test_another_name_is_refused(tmp_path: Path, host: str) -> None:
    """A page that made its own name lead here (DNS rebinding) reads nothing."""
    with opened(tmp_path) as site:
        async with site.client(Host=host) as client:
            for path in ("/", "/api/boards/won_amount", "/livez", "/nowhere"):
                problem_of(await client.get(path), 421, "host_unknown")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "none"},
    ],
)
@pytest.mark.parametrize("path", ["/api/events", "/api/dead-letters/1/discard", "/preferences"])
async def test_another_site_may_not_write(tmp_path: Path, headers: dict[str, str], path: str) -> None:
    """A write from a page of another origin is refused, also by browsers that only name the origin."""
    with opened(tmp_path) as site:
        async with site.client(**headers) as client:
            answer = await client.post(path, content=b"{}", headers={"Content-Type": ONE})
            problem_of(answer, 403, "cross_site")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "same-origin", "Origin": ADDRESS}, {"Sec-Fetch-Site": "none"}, {"Origin": ADDRESS}],
)
async def test_programs_and_own_pages_may_write(tmp_path: Path, headers: dict[str, str]) -> None:
    """No page at all, and a page of this site, reach the handler."""
    with opened(tmp_path) as site:
        async with site.client(**headers) as client:
            answer = await client.post("/api/events", content=b"", headers={"Content-Type": ONE})
            problem_of(answer, 400, "empty_body")


async def test_another_site_may_read_links(tmp_path: Path) -> None:
    """A link from another site opens the page: reading is guarded by the browser's own origin rule."""
    with opened(tmp_path) as site:
        async with site.client(**{"Sec-Fetch-Site": "cross-site"}) as client:
            assert (await client.get("/")).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/livez", 200),
        ("/metrics", 200),
        ("/openapi.json", 200),
        ("/api/boards/won_amount", 200),
        ("/api/boards/won_amount?format=csv", 200),
        ("/api/boards/nothing", 404),
        ("/api/boards/won_amount?period=never", 422),
        ("/nowhere", 404),
        ("/api/events", 405),
        ("/api/deals/%00", 400),
    ],
)
async def test_every_answer_is_guarded(tmp_path: Path, path: str, status: int) -> None:
    """Answers and refusals alike carry the security headers."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            found = await client.get(path)
    assert found.status_code == status
    assert {name: found.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_a_defect_is_guarded_and_tells_nothing(tmp_path: Path) -> None:
    """A handler that breaks answers 500 with the security headers, and says nothing of what broke."""
    with opened(tmp_path) as site:

        @site.app.get("/api/broken")
        def broken() -> None:
            raise ZeroDivisionError("canary")

        async with site.client() as client:
            found = await client.get("/api/broken")
    problem_of(found, 500, "failed")
    assert "canary" not in found.text
    assert {name: found.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/deals/%00", "encoding"),
        ("/api/deals/%ff%fe", "encoding"),
        ("/api/boards/won_amount?period=%c3%28", "encoding"),
        ("/api/boards/won_amount?period=%00", "encoding"),
        ("/api/boards/won_amount?period=2017-03&period=2017-04", "parameter_repeated"),
        ("/api/boards/won_amount?period=2017-03&perio%64=2017-04", "parameter_repeated"),
        ("/?metric=calls&metric=calls", "parameter_repeated"),
        ("/api/metrics?" + "&".join(f"p{number}=1" for number in range(51)), "parameter_repeated"),
    ],
)
async def test_an_address_that_is_none(tmp_path: Path, path: str, code: str) -> None:
    """Row 54: what is not UTF-8, NUL and repeated parameters are 400, never a guess."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            problem_of(await client.get(path), 400, code)


@pytest.mark.parametrize(
    "path", ["/api/deals/..%2f..%2fetc%2fpasswd", "/static/..%2f..%2fapp.py/x", "/static/x/..%2fapp.py", "/api/events/"]
)
async def test_nothing_outside_is_reached(tmp_path: Path, path: str) -> None:
    """Row 54: a path that climbs leads nowhere."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            problem_of(await client.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/api/events", "POST"), ("DELETE", "/api/boards/won_amount", "GET"), ("TRACE", "/livez", "GET")],
)
async def test_another_method(tmp_path: Path, method: str, path: str, allowed: str) -> None:
    """Row 16: 405 names the method that is possible."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            answer = await client.request(method, path)
            problem_of(answer, 405, "method")
    assert answer.headers["allow"] == allowed


async def test_a_browser_gets_a_page_and_a_program_a_problem(tmp_path: Path) -> None:
    """Outside /api, who asks for HTML gets a page in words; /api always answers problems."""
    with opened(tmp_path) as site:
        async with site.client(Accept="text/html") as client:
            page, answer = await client.get("/nowhere"), await client.get("/api/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    problem_of(answer, 404, "not_found")


async def test_what_is_asked_is_never_repeated(tmp_path: Path) -> None:
    """Problems of questions do not echo the question."""
    paths = (
        "boards/kanari",
        "boards/won_amount?period=kanari",
        "boards/won_amount?zone=kanari",
        "boards/won_amount?as_of=kanari",
        "boards/won_amount?by=kanari",
        "boards/won_amount?format=kanari",
        "why/won_amount?rep=kanari",
        "deals/kanari",
        "dead-letters/kanari",
        "metrics/kanari",
    )
    with opened(tmp_path) as site:
        async with site.client() as client:
            for path in paths:
                answer: httpx.Response = await client.get(f"/api/{path}")
                assert answer.status_code in (404, 422)
                assert "kanari" not in answer.text, path
