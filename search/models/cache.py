"""A cache of vectors on the disk: a text that was read once by the same models is not read again.

It holds no text, only keyed digests and vectors, and can be deleted at any time.
"""

import sqlite3
import threading
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from search.models.vectors import Vectors

ROWS_MAX = 200_000
_PIECE = 500


class Encodes(Protocol):
    """What reads texts as vectors."""

    @property
    def name(self) -> str:
        """Return what says which vectors belong together."""

    @property
    def width(self) -> int:
        """Return how many numbers a vector has."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> "Vectors":
        """Return unit vectors, float32 of shape (len(texts), width), in the order of the texts."""

    def unknown(self, texts: Sequence[str]) -> float:
        """Return the share (0 to 1) of the tokens of texts that are not known."""


class CachedEmbedder:
    """An embedder that remembers the vectors of its last `rows_max` texts, a kilobyte each; any thread may ask.

    Vectors are kept in half precision; what comes back has a cosine above .999999 with what was put in.
    """

    def __init__(self, inner: Encodes, path: Path, *, rows_max: int = ROWS_MAX) -> None:
        self._inner = inner
        self._rows_max = rows_max
        self._lock = threading.Lock()
        self._connection = _opened(path)

    @property
    def name(self) -> str:
        """Return the name of the embedder."""
        return self._inner.name

    @property
    def width(self) -> int:
        """Return how many numbers a vector has."""
        return self._inner.width

    def encode(self, texts: Sequence[str], *, query: bool = False) -> "Vectors":
        """Return unit vectors, float32 of shape (len(texts), width), in the order of the texts."""
        import numpy as np

        keys = [self._key(text, query) for text in texts]
        known = self._find(list(dict.fromkeys(keys)))
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            rows = self._inner.encode(list(new.values()), query=query).astype(np.float16)
            fresh = {key: row.tobytes() for key, row in zip(new, rows, strict=True)}
            self._keep(fresh)
            known |= fresh
        if not keys:
            return np.empty((0, self.width), dtype=np.float32)
        found = np.frombuffer(b"".join(known[key] for key in keys), dtype=np.float16).astype(np.float32)
        return _unit(found.reshape(len(keys), self.width))

    def unknown(self, texts: Sequence[str]) -> float:
        """Return the share (0 to 1) of the tokens of texts that are not known; it is not remembered."""
        return self._inner.unknown(texts)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _key(self, text: str, query: bool) -> bytes:
        asked = f"{self._inner.name}\0{int(query)}\0{text}".encode("utf-8", "surrogatepass")
        return blake2b(asked, digest_size=16).digest()

    def _find(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return what is known of keys; a row of another width is as good as none."""
        found: dict[bytes, bytes] = {}
        with self._lock:
            for start in range(0, len(keys), _PIECE):
                some = keys[start : start + _PIECE]
                marks = ", ".join("?" * len(some))
                found.update(
                    self._connection.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some).fetchall()
                )
        return found

    def _keep(self, fresh: dict[bytes, bytes]) -> None:
        """Keep vectors; the oldest go when there are too many. Numbers of rows only grow, so they tell the age."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO vectors (key, vector) VALUES (?, ?)", fresh.items())
            self._connection.execute(
                "DELETE FROM vectors WHERE id <= (SELECT MAX(id) FROM vectors) - ?", (self._rows_max,)
            )
            self._connection.execute("COMMIT")


def _opened(path: Path) -> sqlite3.Connection:
    """Return the file of a cache, made anew when it is none or broken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connected(path)
    try:
        _prepare(connection)
    except sqlite3.DatabaseError:
        connection.close()
        for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            file.unlink(missing_ok=True)
        connection = _connected(path)
        _prepare(connection)
    return connection


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)


def _prepare(connection: sqlite3.Connection) -> None:
    # Nothing is lost with a cache: its writes need not wait for the disk.
    for pragma in ("journal_mode=WAL", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute(
        "CREATE TABLE IF NOT EXISTS vectors "
        "(id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL)"
    )


def _unit(rows: "Vectors") -> "Vectors":
    from search.models.vectors import unit

    return unit(rows)
