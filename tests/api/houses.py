"""The real application on a real store in a folder, with a clock that stands still until it is told another moment."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import msgspec
from fastapi import FastAPI

from api.app import application
from api.settings import Settings
from api.wiring import House, open_house
from streams.tracing import Tracer
from tests.stores import NOW, us

ADDRESS = "http://127.0.0.1:8642"
ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
PROBLEM = "application/problem+json"
Json = dict[str, object]
BREATH_SECONDS = 0.02
"""The time between two looks at what is awaited."""


@dataclass(slots=True)
class Clock:
    """A clock that is set by hand."""

    now_us: int = field(default_factory=lambda: us(NOW))

    def __call__(self) -> int:
        """Return the time in microseconds since 1970 UTC."""
        return self.now_us

    def set(self, moment: str) -> None:
        """Make it another moment."""
        self.now_us = us(moment)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of a scaled-out home are."""

    store: str
    kafka: str
    topics: str


@dataclass(frozen=True, slots=True)
class Site:
    """The application with its house and its clock."""

    house: House
    app: FastAPI
    clock: Clock

    @asynccontextmanager
    async def client(self, address: str = ADDRESS, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """Give a client that asks without a network; what breaks inside is answered, not raised."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=address, headers=headers) as found:
            yield found


@contextmanager
def opened(
    home: Path,
    clock: Clock | None = None,
    parts: Parts | None = None,
    tracer: Tracer | None = None,
    qdrant: str | None = None,
) -> Iterator[Site]:
    """Give the application of a data folder, or of a node beside the parts of a scaled-out home."""
    clock = clock or Clock()
    chosen = Settings(home=home, port=0, qdrant=qdrant)
    if parts:
        chosen = replace(chosen, store=parts.store, kafka=parts.kafka, topics=parts.topics)
    with open_house(chosen, clock=clock, tracer=tracer) as house:
        yield Site(house, application(house), clock)


async def send(client: httpx.AsyncClient, wire: object, query: str = "", **headers: str) -> httpx.Response:
    """Send one event."""
    given = {"Content-Type": ONE} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(f"/api/events{query}", content=msgspec.json.encode(wire), headers=given)


async def send_batch(
    client: httpx.AsyncClient, wires: Sequence[object], query: str = "", headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """Send a batch of events."""
    given = {"Content-Type": BATCH} | dict(headers or {})
    return await client.post(f"/api/events/batch{query}", content=msgspec.json.encode(wires), headers=given)


def problem_of(response: httpx.Response, status: int, code: str) -> Json:
    """Return the problem that an answer is, after checking its whole shape."""
    found: Json = response.json()
    assert (response.status_code, found.get("code")) == (status, code), response.text
    assert response.headers["content-type"] == PROBLEM
    assert set(found) - {"errors"} == {"type", "title", "status", "detail", "instance", "code"}
    assert found["status"] == status
    assert str(found["type"]).endswith(f"/{code}")
    assert str(found["instance"]).startswith("urn:uuid:")
    assert found["title"] and found["detail"]
    return found


@asynccontextmanager
async def indexed(
    home: Path, company: Sequence[object], clock: Clock | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a server that was told of a company, and whose search has read all of it."""
    with opened(home, clock) as site:
        app = application(site.house)
        async with app.router.lifespan_context(app), site.client() as client:
            await send_batch(client, company)
            await until_indexed(client)
            yield client


async def until_indexed(client: httpx.AsyncClient) -> None:
    """Return once search has read everything."""
    while True:
        if _is_indexed((await client.get("/api/search/status")).json()):
            return
        await asyncio.sleep(BREATH_SECONDS)


def wait_until_indexed(client: httpx.Client) -> None:
    """Return once search has read everything."""
    while not _is_indexed(client.get("/api/search/status").json()):
        time.sleep(BREATH_SECONDS)


def _is_indexed(status: Json) -> bool:
    assert not status["trouble"], status
    return bool(status["documents"] and not status["waiting"] and status["complete"])
