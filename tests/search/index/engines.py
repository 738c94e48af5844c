"""The engines that every suite runs over: Edge, the client's memory, and a server where QDRANT_URL names one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from search.index.edge import EdgeEngine
from search.index.port import Engine
from search.index.server import ServerEngine
from tests.search.letters import WIDTH

ENGINES = ("edge", "memory", "server")


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
    qdrant = pytest.importorskip("qdrant_client")
    if name == "memory":
        client = qdrant.QdrantClient(":memory:")
    elif url := os.environ.get("QDRANT_URL"):
        client = qdrant.QdrantClient(url)
    else:
        pytest.skip("QDRANT_URL names no server")
    collection = f"paceline-{uuid4().hex}"
    try:
        yield ServerEngine(client, width, collection=collection)
    finally:
        client.delete_collection(collection)
        client.close()
