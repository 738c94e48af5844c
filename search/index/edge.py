"""The engine in this process: Qdrant Edge, one folder, one writer at a time.

It is never told to optimise: that would hold every reader up for its whole length, and an exact scan is fast enough for
as many points as may lie here.
"""

import fcntl
import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from search.index.errors import IndexBusy, IndexFull
from search.index.forms import bounded, edge_filter, edge_point, request, stored, weighed, whole
from search.index.heads import Heads
from search.index.names import NAMED, Name, Names
from search.index.port import KEYWORDS, NUMBERS, Ask, Payload, Point, Scored, Stored, Where

if TYPE_CHECKING:
    from qdrant_edge import EdgeShard, ScoredPoint

POINTS_MAX = 200_000
CONFIG = "edge_config.json"
_LOOKS_MAX = 3


class EdgeEngine:
    """A shard in a folder; questions may come from any thread, changes wait for one another."""

    def __init__(self, folder: Path, width: int, *, points_max: int = POINTS_MAX) -> None:
        self._folder = folder
        self._points_max = points_max
        self._writing = threading.Lock()
        self._lock = _locked(folder)
        self._shard = _opened(folder, width)
        self._indexed = set(self._shard.info().payload_schema)
        self._names = Names(self._payloads)
        self._heads = Heads(self._whole)

    def put(self, points: Sequence[Point], *, newer: bool = False) -> None:
        """Write points as one entry of the log: after a crash all of them are there, or none."""
        from qdrant_edge import UpdateOperation

        if not points:
            return
        with self._writing:
            self._make_room(points)
            fields = {name for point in points for name in point.payload} & {*KEYWORDS, *NUMBERS}
            _index_fields(self._shard, sorted(fields - self._indexed))
            self._indexed |= fields
            fresh = self._newer(points) if newer else points
            if fresh:
                try:
                    self._shard.update(UpdateOperation.upsert_points([edge_point(point) for point in fresh]))
                finally:
                    self._names.written(fresh)
                    self._heads.written([point.id for point in fresh])

    def _newer(self, points: Sequence[Point]) -> list[Point]:
        """Return the points with a higher revision than is there; there is one writer, so nothing comes in between.

        The engine's own conditional write does not do: it is left out when the log is read again after a crash, while
        what was written after it is not.
        """
        from qdrant_edge import PayloadSelector

        kept = self._shard.retrieve([point.id for point in points], PayloadSelector.Include(["rev"]), False)
        revs = {str(one.id): whole((one.payload or {}).get("rev", -1)) for one in kept}
        return [point for point in points if whole(point.payload["rev"]) > revs.get(point.id, -1)]

    def _make_room(self, points: Sequence[Point]) -> None:
        """Raise `IndexFull` when points that are not there yet would be too many."""
        after = self._shard.info().points_count + len(points)
        if after > self._points_max:
            after -= len(self._shard.retrieve([point.id for point in points], False, False))
        if after > self._points_max:
            raise IndexFull(after, self._points_max)

    def remove(self, where: Where) -> None:
        """Remove the points of a filter."""
        from qdrant_edge import UpdateOperation

        with self._writing:
            try:
                self._shard.update(UpdateOperation.delete_points_by_filter(bounded(where)))
            finally:
                self._heads.changed(where)

    def mark(self, where: Where, payload: Payload) -> None:
        """Change some fields of the points of a filter."""
        from qdrant_edge import UpdateOperation

        with self._writing:
            try:
                self._shard.update(UpdateOperation.set_payload_by_filter(bounded(where), dict(payload)))
            finally:
                self._heads.changed(where)
                if not payload.keys().isdisjoint(NAMED):
                    self._names.forget()

    def search(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """Answer questions in one pass over the shard; once more when what was found went away before it was named."""
        from qdrant_edge import QueryBatchRequest

        asked = QueryBatchRequest([request(ask) for ask in asks])
        for _ in range(_LOOKS_MAX):
            found = self._shard.query_batch(asked)
            scored = [self._scored(points, ask) for points, ask in zip(found, asks, strict=True)]
            if all(len(one) == len(points) for one, points in zip(scored, found, strict=True)):
                break
        return scored

    def _scored(self, points: "Sequence[ScoredPoint]", ask: Ask) -> list[Scored]:
        """Return points with what was asked of each, without those that have no name any more."""
        ids = [str(point.id) for point in points]
        if ask.bare:
            names: Sequence[Name | None] = [("", 0)] * len(ids)
        else:
            names = self._names.of(ids)
        sparse = [weighed(point.vector) for point in points[: ask.weigh]] + [None] * (len(ids) - ask.weigh)
        return [
            Scored(id=one, score=point.score, doc_id=name[0], rev=name[1], sparse=terms)
            for one, point, name, terms in zip(ids, points, names, sparse, strict=False)
            if name is not None
        ]

    def _payloads(self, ids: Sequence[str]) -> dict[str, Payload]:
        return {one.id: one.payload for one in self._stored(ids, NAMED)}

    def read(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Stored]:
        """Return points by their ids; heads are kept, for those of a question cost as much as finding them."""
        return self._heads.read(ids) if fields is None else self._stored(ids, fields)

    def _whole(self, ids: Sequence[str]) -> list[Stored]:
        return self._stored(ids, None)

    def _stored(self, ids: Sequence[str], fields: Sequence[str] | None) -> list[Stored]:
        from qdrant_edge import PayloadSelector

        wanted = True if fields is None else PayloadSelector.Include(list(fields))
        found = self._shard.retrieve(list(ids), wanted, False) if ids else []
        return [Stored(id=str(one.id), payload=one.payload or {}) for one in found]

    def count(self, where: Where) -> int:
        """Return how many points a filter has."""
        from qdrant_edge import CountRequest

        return self._shard.count(CountRequest(filter=edge_filter(where), exact=True))

    def size(self) -> int:
        """Return about how many points there are."""
        return self._shard.info().points_count

    def facet(self, name: str, where: Where, limit: int = 50) -> list[tuple[str, int]]:
        """Return the values of a field with how many points have each."""
        from qdrant_edge import FacetRequest

        if name not in self._indexed:
            # No point has had the field yet; asked for its values, the engine would raise.
            return []
        found = self._shard.facet(FacetRequest(key=name, limit=limit, exact=True, filter=edge_filter(where)))
        return sorted(((str(hit.value), hit.count) for hit in found.hits), key=lambda hit: (-hit[1], hit[0]))

    def scroll(
        self, where: Where, after: str | None = None, limit: int = 1_000, *, vectors: bool = False
    ) -> tuple[list[Stored], str | None]:
        """Return some points in the order of their ids."""
        from qdrant_edge import ScrollRequest

        asked = ScrollRequest(
            offset=after, limit=limit, filter=edge_filter(where), with_payload=True, with_vector=vectors
        )
        found, rest = self._shard.scroll(asked)
        points = [stored(one) for one in found]
        return points, None if rest is None else str(rest)

    def flush(self) -> None:
        """Return when everything written is on the disk."""
        with self._writing:
            self._shard.flush()

    def backup(self, target: Path) -> None:
        """Copy the folder to a place where nothing is yet; writers wait meanwhile, readers do not."""
        with self._writing:
            self._shard.flush()
            shutil.copytree(self._folder, target)

    def close(self) -> None:
        """Flush and close."""
        with self._writing:
            self._shard.flush()
            self._shard.close()
        os.close(self._lock)


def _locked(folder: Path) -> int:
    """Return the lock of a folder, which lies beside it; the system lets go of it when the process ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise IndexBusy(str(folder)) from None
    return lock


def _opened(folder: Path, width: int) -> "EdgeShard":
    """Return the shard of a folder, made where there is none.

    Fields get their payload index when the first point has them: each takes a while to make and to open, and without
    points nothing needs them.
    """
    from qdrant_edge import (
        Distance,
        EdgeConfig,
        EdgeShard,
        EdgeSparseVectorParams,
        EdgeVectorParams,
        Modifier,
    )

    if (folder / CONFIG).exists():
        return EdgeShard.load(str(folder))
    # Made beside and then renamed, so that a process that dies here leaves nothing that can neither be used nor made.
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    vectors = {"dense": EdgeVectorParams(size=width, distance=Distance.Cosine)}
    sparse = {"lex": EdgeSparseVectorParams(modifier=Modifier.Idf)}
    shard = EdgeShard.create(str(making), EdgeConfig(vectors=vectors, sparse_vectors=sparse))
    shard.flush()
    shard.close()
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)
    return EdgeShard.load(str(folder))


def _index_fields(shard: "EdgeShard", names: Sequence[str]) -> None:
    """Make the payload indexes of fields; each costs a tenth of a second of waiting for the disk."""
    from qdrant_edge import KeywordIndexParams, PayloadSchemaType, UpdateOperation

    for name in names:
        if name in NUMBERS:
            shard.update(UpdateOperation.create_field_index(name, PayloadSchemaType.Integer))
        elif name in KEYWORDS:
            shard.update(UpdateOperation.create_field_index(name, KeywordIndexParams(is_tenant=name == "tenant")))
