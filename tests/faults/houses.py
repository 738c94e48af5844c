"""The real application as faults are thrown at it: far in the future, in its lifespan, asked by one client."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from api.wiring import House
from tests.api import houses
from tests.api.houses import Clock
from tests.stores import Wire, us

LATER = "2040-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Site:
    """A running house and who asks it."""

    house: House
    client: httpx.AsyncClient

    async def send(self, wire: Wire, *, key: str = "") -> httpx.Response:
        """Send one event."""
        return await houses.send(self.client, wire, **({"Idempotency-Key": key} if key else {}))

    async def send_batch(self, wires: Sequence[Wire], query: str = "") -> httpx.Response:
        """Send events in one request."""
        return await houses.send_batch(self.client, wires, query)

    async def settled(self) -> None:
        """Wait until everything that was handed to the writer is written."""
        await asyncio.wrap_future(self.house.engine.writer.call(lambda _: None))

    async def measured(self) -> dict[str, float]:
        """Return what /metrics says, by name and labels."""
        lines = (await self.client.get("/metrics")).text.splitlines()
        pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name.removeprefix("paceline_"): float(value) for name, _, value in pairs}


def later() -> Clock:
    """Return a clock that stands far behind every fact."""
    return Clock(us(LATER))


@asynccontextmanager
async def running(folder: Path, clock: Clock | None = None) -> AsyncIterator[Site]:
    """Give the application of a data folder."""
    with houses.opened(folder, clock or later()) as site:
        async with site.app.router.lifespan_context(site.app), site.client() as client:
            yield Site(site.house, client)
