"""What only a real socket shows: bytes that are no request, senders that leave, and bodies that are too large."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from api.settings import BODY_MAX_BYTES
from tests.api.houses import ONE, Site, problem_of
from tests.api.servers import served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """Give a server."""
    with served(tmp_path_factory.mktemp("home")) as found:
        yield found


def sent(address: str, raw: bytes, *, leave: bool = False) -> bytes:
    """Send bytes and return what comes back until the end; leave at once when told to."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(raw.replace(b"HERE", f"{host}:{port}".encode()))
        if leave:
            return b""
        found = bytearray()
        while part := connection.recv(65_536):
            found += part
        return bytes(found)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"\x16\x03\x01\x00\x00\r\n\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHost: HERE\r\nHost: evil.example\r\n\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHost: HERE\r\nX: a\rb\r\nConnection: close\r\n\r\n", b"400"),
        (b"POST /api/events HTTP/1.1\r\nHost: HERE\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /api/events HTTP/1.1\r\nHost: HERE\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
        (b"GET /livez HTTP/1.0\r\n\r\n", b"421"),
        (b"GET /livez HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", b"421"),
        (b"GET /%ff HTTP/1.1\r\nHost: HERE\r\nConnection: close\r\n\r\n", b"400"),
        (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: HERE\r\nConnection: close\r\n\r\n", b"404"),
        (b"BREW /livez HTTP/1.1\r\nHost: HERE\r\nConnection: close\r\n\r\n", b"405"),
        (b"GET /livez HTTP/1.1\r\nHost: HERE\r\nConnection: close\r\n\r\n", b"200"),
    ],
)
def test_what_is_hardly_a_request(server: tuple[Site, str], raw: bytes, status: bytes) -> None:
    """Broken and foreign requests are refused with the status that fits."""
    assert sent(server[1], raw).split(b" ", 2)[1] == status


@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "without"])
def test_a_large_body_gets_its_answer(server: tuple[Site, str], chunked: bool) -> None:
    """Row 13: the sender of a body over the limit reads 413, whether it said how long it is or not."""
    body = b" " * (2 * BODY_MAX_BYTES)
    content = iter([body]) if chunked else body
    answer = httpx.post(server[1] + "/api/events", content=content, headers={"Content-Type": ONE}, timeout=30)
    problem_of(answer, 413, "too_large")


def test_senders_that_leave(server: tuple[Site, str]) -> None:
    """Row 55: bodies that break off store nothing, and the server goes on."""
    _, address = server
    before = httpx.get(address + "/api/accounting").json()
    head = b"POST /api/events HTTP/1.1\r\nHost: HERE\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
    for _ in range(20):
        sent(address, head, leave=True)
    after = httpx.get(address + "/api/accounting").json()
    assert (after["applied"], after["gap"]) == (before["applied"], 0)
