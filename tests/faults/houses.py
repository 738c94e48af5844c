"""The real application on a real store, with a clock that is set by hand and a client that needs no network."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from api.app import application
from api.settings import Settings
from api.wiring import House, open_house
from tests.stores import Wire, us

ADDRESS = "http://127.0.0.1:8642"


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is set."""

    now_us: int = us("2040-01-01T00:00:00Z")

    def __call__(self) -> int:
        """Return the time in microseconds since 1970 UTC."""
        return self.now_us


@dataclass(frozen=True, slots=True)
class Site:
    """A running house and who asks it."""

    house: House
    client: httpx.AsyncClient

    async def send(self, wire: Wire, *, key: str = "") -> httpx.Response:
        """Send one event."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return await self.client.post("/api/events", content=msgspec.json.encode(wire), headers=headers)

    async def send_batch(self, wires: Sequence[Wire], query: str = "") -> httpx.Response:
        """Send events in one request."""
        headers = {"Content-Type": "application/json"}
        return await self.client.post(f"/api/events/batch{query}", content=msgspec.json.encode(wires), headers=headers)

    async def settled(self) -> None:
        """Wait until everything that was handed to the writer is written."""
        await asyncio.wrap_future(self.house.writer.call(lambda _: None))

    async def measured(self) -> dict[str, float]:
        """Return what /metrics says, by name and labels."""
        lines = (await self.client.get("/metrics")).text.splitlines()
        pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name.removeprefix("paceline_"): float(value) for name, _, value in pairs}


@asynccontextmanager
async def running(folder: Path, clock: Clock | None = None) -> AsyncIterator[Site]:
    """Give the application of a data folder; what breaks inside is answered, not raised."""
    with open_house(Settings(home=folder, port=0), clock=clock or Clock()) as house:
        app = application(house)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=ADDRESS, timeout=60) as client,
        ):
            yield Site(house, client)
