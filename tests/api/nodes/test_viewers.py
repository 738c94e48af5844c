"""Viewers of live boards beside several nodes: a change reaches all, and a node that dies costs nobody a row."""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.api.houses import Json, Parts
from tests.api.nodes.test_node import parts as parts
from tests.api.nodes.test_node import worked
from tests.api.servers import Program, program
from tests.builders import joined, order
from tests.stores import Wire

PATH = "/live/boards/won_amount?period=2017-03"
BOARD = "/api/boards/won_amount?period=2017-03"
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
PATIENCE_SECONDS = 60


@contextmanager
def node(home: Path, parts: Parts, port: str = "0") -> Iterator[Program]:
    """Give an API node as a process of its own."""
    told = {"PACELINE_STORE": parts.store, "PACELINE_KAFKA": parts.kafka, "PACELINE_TOPICS": parts.topics}
    with program(home, "serve", "--port", port, more=told) as found:
        yield found


async def frames(answer: httpx.Response) -> AsyncIterator[tuple[str, Json]]:
    """Yield the id and the body of every frame."""
    name = ""
    async for line in answer.aiter_lines():
        if line.startswith("id: "):
            name = line.removeprefix("id: ")
        elif line.startswith("data: "):
            yield name, msgspec.json.decode(line.removeprefix("data: "), type=Json)


async def sent(address: str, *wires: Wire) -> None:
    """Send events to a node."""
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client:
        answer = await client.post("/api/events/batch", content=msgspec.json.encode(wires), headers=BATCH)
        assert answer.status_code == 202


async def won_by(address: str) -> dict[str, str]:
    """Return what everybody has won, by what a node answers now."""
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client:
        rows = (await client.get(BOARD)).json()["rows"]
    return {row["id"]: row["value"]["amount"] for row in rows if row["value"]}


def ids_in(body: Json) -> set[str]:
    """Return whose rows a frame tells of."""
    rows = body["rows"]
    assert isinstance(rows, dict)
    return set(rows)


@pytest.mark.usefixtures("kafka")
async def test_viewers_of_a_killed_node_go_on_at_another(tmp_path: Path, parts: Parts) -> None:
    """A change reaches the viewers of both nodes; one is killed -9, and its viewer misses nothing at the other."""
    with node(tmp_path / "a", parts) as one, node(tmp_path / "b", parts) as other:
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            async with (
                client.stream("GET", one.address + PATH) as here,
                client.stream("GET", other.address + PATH) as there,
            ):
                seen, beside = frames(here), frames(there)
                await anext(seen)
                await anext(beside)
                await sent(other.address, joined("ann"), *order("1", "2017-03-05", amount="7.50", owner="ann"))
                await worked(parts)
                last, body = await anext(seen)
                while "ann" not in ids_in(body):
                    last, body = await anext(seen)
                while "ann" not in ids_in((await anext(beside))[1]):
                    pass
                one.process.send_signal(signal.SIGKILL)
                with pytest.raises(httpx.RemoteProtocolError):
                    await anext(seen)
            await sent(other.address, joined("bob"), *order("2", "2017-03-06", amount="2.00", owner="bob"))
            await worked(parts)
            async with client.stream("GET", other.address + PATH, headers={"Last-Event-ID": last}) as again:
                _, whole = await anext(frames(again))
                assert ids_in(whole) >= {"ann", "bob"}
        assert await won_by(other.address) == {"ann": "7.50", "bob": "2.00"}
