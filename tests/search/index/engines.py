"""The engines that every suite runs over: Edge, the client's memory, and a server where QDRANT_URL names one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from qdrant_client import QdrantClient

from search.index.edge import EdgeEngine
from search.index.port import Engine
from search.index.server import ServerEngine
from tests.search.letters import WIDTH

SERVER = os.environ.get("QDRANT_URL", "")
ENGINES = ("edge", "memory", "server") if SERVER else ("edge", "memory")


def client_of(name: str) -> QdrantClient:
    """Return a client of a kind of engine that has one."""
    return QdrantClient(":memory:") if name == "memory" else QdrantClient(SERVER)


@contextmanager
def opened(name: str, folder: Path, width: int = WIDTH) -> Iterator[Engine]:
    """Give an empty engine, and remove what it leaves."""
    if name == "edge":
        engine: Engine = EdgeEngine(folder / "index", width)
        try:
            yield engine
        finally:
            engine.close()
        return
    client = client_of(name)
    collection = f"paceline-{uuid4().hex}"
    try:
        yield ServerEngine(client, width, collection=collection)
    finally:
        client.delete_collection(collection)
        client.close()
