"""Places: where several engines lie beside each other, a folder of this process or a server that many share."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from search.index.away import answered
from search.index.port import Engine

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

MADE = "made-"
"""What the names of engines begin with; a place may hold other things."""


class FolderEngines:
    """Engines of Qdrant Edge, each in a folder of its own inside one folder."""

    shared = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str, width: int) -> Engine:
        """Open the engine of a name; raise `IndexBusy` when another process has it."""
        from search.index.edge import EdgeEngine

        return EdgeEngine(self._folder / name, width)

    def drop(self, name: str) -> None:
        """Remove the folder of an engine, and what stands beside it."""
        for path in self._folder.glob(f"{name}*"):
            if path.name.partition(".")[0] != name:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Return the names of the engines, also of those that were never finished or only half removed."""
        return sorted({path.name.partition(".")[0] for path in self._folder.glob(f"{MADE}*")})

    def close(self) -> None:
        """Do nothing: each engine gives back what it holds."""


class ServerEngines:
    """Collections of a Qdrant server whose names begin with `prefix`; connected when it is first needed."""

    shared = True

    def __init__(self, connect: "Callable[[], QdrantClient]", prefix: str) -> None:
        self._connect = connect
        self._prefix = prefix
        self._lock = threading.Lock()
        self._connected: QdrantClient | None = None

    def open(self, name: str, width: int) -> Engine:
        """Open the collection of a name."""
        from search.index.server import ServerEngine

        return ServerEngine(self._client(), width, collection=f"{self._prefix}{name}")

    @answered
    def drop(self, name: str) -> None:
        """Remove a collection."""
        client = self._client()
        if client.collection_exists(f"{self._prefix}{name}"):
            client.delete_collection(f"{self._prefix}{name}")

    @answered
    def names(self) -> list[str]:
        """Return the names of the collections."""
        found = (one.name for one in self._client().get_collections().collections)
        return sorted(name.removeprefix(self._prefix) for name in found if name.startswith(f"{self._prefix}{MADE}"))

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connected is not None:
                self._connected.close()
                self._connected = None

    def _client(self) -> "QdrantClient":
        with self._lock:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected
