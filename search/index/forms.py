"""Forms: points, filters and questions as Qdrant Edge takes them, and what it gives back."""

from functools import lru_cache
from typing import TYPE_CHECKING

from search.index.port import Ask, Field, Point, Stored, Where
from search.text.sparse import Sparse

if TYPE_CHECKING:
    from qdrant_edge import FieldCondition, Filter, QueryRequest, Record
    from qdrant_edge import Point as EdgePoint


def edge_point(point: Point) -> "EdgePoint":
    """Return a point as it is written."""
    from qdrant_edge import Point as EdgePoint
    from qdrant_edge import SparseVector

    vectors: dict[str, list[float] | SparseVector | list[list[float]]] = {}
    if point.dense is not None:
        vectors["dense"] = point.dense.tolist()
    if point.sparse is not None and point.sparse.indices:
        vectors["lex"] = SparseVector(list(point.sparse.indices), list(point.sparse.values))
    return EdgePoint(point.id, vectors, dict(point.payload))


def request(ask: Ask) -> "QueryRequest":
    """Return a question; payloads stay where they are, for each costs more to read than a score."""
    from qdrant_edge import IdfParams, Query, QueryRequest, SearchParams, SparseVector

    where = edge_filter(ask.where) if ask.where != Where() else None
    if ask.dense is not None:
        return QueryRequest(query=Query.Nearest(ask.dense.tolist(), using="dense"), limit=ask.limit, filter=where)
    sparse = ask.sparse or Sparse((), ())
    near = Query.Nearest(SparseVector(list(sparse.indices), list(sparse.values)), using="lex")
    corpus = None if ask.corpus is None else edge_filter(ask.corpus)
    return QueryRequest(
        query=near,
        limit=ask.limit,
        filter=where,
        with_vector=["lex"] if ask.weigh else False,
        params=SearchParams(idf=IdfParams(corpus=corpus)),
    )


def stored(one: "Record") -> Stored:
    """Return a point as it was kept."""
    return Stored.of(one.id, one.payload, one.vector, weighed(one.vector))


def weighed(vectors: object) -> Sparse | None:
    """Return the weighed terms among the vectors of a point."""
    if not vectors:
        return None
    from qdrant_edge import SparseVector

    kept = vectors.get("lex") if isinstance(vectors, dict) else None
    return Sparse(tuple(kept.indices), tuple(kept.values)) if isinstance(kept, SparseVector) else None


def bounded(where: Where) -> "Filter":
    """Return the filter of a change; raise `ValueError` for one that would reach everything."""
    if not where.must and where.ids is None:
        raise ValueError("a change needs a filter that says what it changes")
    return edge_filter(where)


def edge_filter(where: Where) -> "Filter":
    """Return a filter; the same one for the same conditions, for one question asks for many things under them."""
    return _made(where) if where.ids is None else _make(where)


@lru_cache(maxsize=256)
def _made(where: Where) -> "Filter":
    return _make(where)


def _make(where: Where) -> "Filter":
    from qdrant_edge import Filter, HasIdCondition

    # One of several values is quicker to compare one by one; a filter has room for that once, and it is a must as well.
    split = next((one for one in where.must if len(one.values) > 1), None)
    must: list[FieldCondition | HasIdCondition] = [_condition(one) for one in where.must if one is not split]
    if where.ids is not None:
        must.append(HasIdCondition(set(where.ids)))
    should = [_value(split.name, value) for value in split.values] if split else []
    return Filter(must=[*must], should=[*should] or None, must_not=[_condition(one) for one in where.never])


def whole(value: object) -> int:
    """Return a revision."""
    if not isinstance(value, int):
        raise TypeError("a revision is a whole number")
    return value


def _condition(one: Field) -> "FieldCondition":
    from qdrant_edge import FieldCondition, MatchAny, RangeFloat

    if one.least is not None or one.below is not None:
        return FieldCondition(key=one.name, range=RangeFloat(gte=one.least, lt=one.below))
    if len(one.values) == 1:
        return _value(one.name, one.values[0])
    return FieldCondition(key=one.name, match=MatchAny(list(one.values)))


def _value(name: str, value: str) -> "FieldCondition":
    from qdrant_edge import FieldCondition, MatchValue

    return FieldCondition(key=name, match=MatchValue(value))
