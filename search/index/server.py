"""The engine in a server: Qdrant through its client; the client's own memory serves tests."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.index.away import answered
from search.index.port import KEYWORDS, NUMBERS, Ask, Field, Payload, Point, Scored, Stored, Where
from search.text.sparse import Sparse

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.http import models

COLLECTION = "paceline"
_SHOWN = ["doc_id", "rev"]
_BATCH_POINTS = 256


class ServerEngine:
    """A collection of a server; several processes may use it at a time. The client stays its owner's."""

    @answered
    def __init__(self, client: "QdrantClient", width: int, *, collection: str = COLLECTION) -> None:
        self._client = client
        self._collection = collection
        if not client.collection_exists(collection):
            self._create(width)

    @answered
    def put(self, points: Sequence[Point], *, newer: bool = False) -> None:
        """Write points, a few hundred in a request."""
        from qdrant_client.http import models

        if newer:
            for point in points:
                older = models.Filter(
                    must=[models.FieldCondition(key="rev", range=models.Range(lt=_whole(point.payload["rev"])))]
                )
                self._client.upsert(self._collection, [_struct(point)], wait=True, update_filter=older)
            return
        for start in range(0, len(points), _BATCH_POINTS):
            made = [_struct(point) for point in points[start : start + _BATCH_POINTS]]
            self._client.upsert(self._collection, made, wait=True)

    @answered
    def remove(self, where: Where) -> None:
        """Remove the points of a filter."""
        from qdrant_client.http import models

        self._client.delete(self._collection, models.FilterSelector(filter=_bounded(where)), wait=True)

    @answered
    def mark(self, where: Where, payload: Payload) -> None:
        """Change some fields of the points of a filter."""
        self._client.set_payload(self._collection, dict(payload), points=_bounded(where), wait=True)

    @answered
    def search(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """Answer questions in one request."""
        found = self._client.query_batch_points(self._collection, [_request(ask) for ask in asks])
        return [[_scored(point) for point in answer.points] for answer in found]

    @answered
    def read(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Stored]:
        """Return points by their ids."""
        wanted = True if fields is None else list(fields)
        found = self._client.retrieve(self._collection, list(ids), with_payload=wanted) if ids else []
        return [Stored(id=str(one.id), payload=one.payload or {}) for one in found]

    @answered
    def count(self, where: Where) -> int:
        """Return how many points a filter has."""
        return self._client.count(self._collection, count_filter=_filter(where), exact=True).count

    @answered
    def size(self) -> int:
        """Return about how many points there are."""
        return self._client.get_collection(self._collection).points_count or 0

    @answered
    def facet(self, name: str, where: Where, limit: int = 50) -> list[tuple[str, int]]:
        """Return the values of a field with how many points have each."""
        found = self._client.facet(self._collection, name, facet_filter=_filter(where), limit=limit, exact=True)
        return sorted(((str(hit.value), hit.count) for hit in found.hits), key=lambda hit: (-hit[1], hit[0]))

    @answered
    def scroll(
        self, where: Where, after: str | None = None, limit: int = 1_000, *, vectors: bool = False
    ) -> tuple[list[Stored], str | None]:
        """Return some points in the order of their ids."""
        found, rest = self._client.scroll(
            self._collection,
            scroll_filter=_filter(where),
            offset=after,
            limit=limit,
            with_payload=True,
            with_vectors=vectors,
        )
        points = [_stored(one) for one in found]
        return points, None if rest is None else str(rest)

    def flush(self) -> None:
        """Do nothing: the server has written down what it acknowledged."""

    def close(self) -> None:
        """Do nothing: nothing is held but the client, which whoever made it closes."""

    def _create(self, width: int) -> None:
        from qdrant_client.http import models

        self._client.create_collection(
            self._collection,
            vectors_config={"dense": models.VectorParams(size=width, distance=models.Distance.COSINE)},
            sparse_vectors_config={"lex": models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )
        if self._client.init_options.get("location") == ":memory:" or self._client.init_options.get("path"):
            # Local collections compare without indexes, and warn when they are asked for one.
            return
        for name in KEYWORDS:
            kind = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=name == "tenant")
            self._client.create_payload_index(self._collection, name, kind, wait=True)
        for name in NUMBERS:
            self._client.create_payload_index(self._collection, name, models.PayloadSchemaType.INTEGER, wait=True)


def _struct(point: Point) -> "models.PointStruct":
    from qdrant_client.http import models

    vectors: dict[str, list[float] | models.SparseVector] = {}
    if point.dense is not None:
        vectors["dense"] = point.dense.tolist()
    if point.sparse is not None and point.sparse.indices:
        vectors["lex"] = models.SparseVector(indices=list(point.sparse.indices), values=list(point.sparse.values))
    return models.PointStruct(id=point.id, vector={**vectors}, payload=dict(point.payload))


def _request(ask: Ask) -> "models.QueryRequest":
    from qdrant_client.http import models

    wanted = False if ask.bare else models.PayloadSelectorInclude(include=_SHOWN)
    if ask.dense is not None:
        near = models.NearestQuery(nearest=ask.dense.tolist())
        return models.QueryRequest(
            query=near, using="dense", limit=ask.limit, filter=_filter(ask.where), with_payload=wanted
        )
    sparse = ask.sparse or Sparse((), ())
    asked = models.SparseVector(indices=list(sparse.indices), values=list(sparse.values))
    corpus = _filter(ask.corpus or Where())
    return models.QueryRequest(
        query=models.NearestQuery(nearest=asked),
        using="lex",
        limit=ask.limit,
        filter=_filter(ask.where),
        with_payload=wanted,
        with_vector=["lex"] if ask.weigh else False,
        params=models.SearchParams(idf=models.IdfCorpusParams(corpus=corpus)),
    )


def _scored(point: "models.ScoredPoint") -> Scored:
    return Scored.of(point.id, point.score, point.payload, _sparse(point.vector))


def _stored(one: "models.Record") -> Stored:
    return Stored.of(one.id, one.payload, one.vector, _sparse(one.vector))


def _sparse(vectors: object) -> Sparse | None:
    """Return the weighed terms among the vectors of a point."""
    from qdrant_client.http import models

    kept = vectors.get("lex") if isinstance(vectors, dict) else None
    return Sparse(tuple(kept.indices), tuple(kept.values)) if isinstance(kept, models.SparseVector) else None


def _bounded(where: Where) -> "models.Filter":
    if not where.must and where.ids is None:
        raise ValueError("a change needs a filter that says what it changes")
    return _filter(where)


def _filter(where: Where) -> "models.Filter":
    from qdrant_client.http import models

    must: list[models.Condition] = [_condition(one) for one in where.must]
    if where.ids is not None:
        must.append(models.HasIdCondition(has_id=list(where.ids)))
    return models.Filter(must=must, must_not=[_condition(one) for one in where.never])


def _condition(one: Field) -> "models.FieldCondition":
    from qdrant_client.http import models

    if one.least is None and one.below is None:
        return models.FieldCondition(key=one.name, match=models.MatchAny(any=list(one.values)))
    return models.FieldCondition(key=one.name, range=models.Range(gte=one.least, lt=one.below))


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("a revision is a whole number")
    return value
