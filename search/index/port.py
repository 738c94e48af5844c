"""The port of engines: points with a dense and a sparse vector, filters, and what is asked of them.

Everything that makes search what it is stands above this port, so that every engine ranks alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from search.text.sparse import Sparse

if TYPE_CHECKING:
    import numpy
    import numpy.typing

    Vector = numpy.typing.NDArray[numpy.float32]

Value = str | int | float | list[str]
Payload = Mapping[str, Value]

KEYWORDS = (
    "tenant",
    "readers",
    "doc_id",
    "part",
    "kind",
    "source",
    "language",
    "status",
    "team",
    "author",
    "deal_id",
    "account_id",
    "industry",
    "size_band",
    "stage",
    "competitor",
    "product",
    "region",
    "outcome",
    "reason",
    "tag",
)
"""Fields that filters compare whole; a field of several values matches by any of them."""
NUMBERS = ("rev", "updated_at", "created_at", "amount_minor")
"""Fields that filters compare by size; moments are whole seconds since 1970."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One condition: any of `values`, or a number from `least` to below `below`, where they are given."""

    name: str
    values: tuple[str, ...] = ()
    least: int | None = None
    below: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """A filter: all of `must`, none of `never`, and one of `ids` where they are given."""

    must: tuple[Field, ...] = ()
    never: tuple[Field, ...] = ()
    ids: tuple[str, ...] | None = None

    def within(self, ids: Sequence[str]) -> "Where":
        """Return the same filter over some points alone."""
        return Where(must=self.must, never=self.never, ids=tuple(ids))


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A point: an id (a UUID), its payload, and its vectors; a point without vectors is found by filters alone."""

    id: str
    payload: Payload
    dense: "Vector | None" = None
    sparse: Sparse | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One question to an engine: the nearest by one of the two vectors.

    `corpus` is what inverse document frequencies are taken over. `weigh` asks for the sparse vectors of so many of the
    first that are found; `bare` says that ids and scores are enough, and no documents are named.
    """

    dense: "Vector | None" = None
    sparse: Sparse | None = None
    where: Where
    corpus: Where | None = None
    limit: int = 100
    weigh: int = 0
    bare: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """A point that was found: its cosine, or its sum of weights times inverse document frequencies."""

    id: str
    score: float
    doc_id: str = ""
    rev: int = 0
    sparse: Sparse | None = None

    @classmethod
    def of(cls, point: object, score: float, payload: Mapping[str, Value] | None, sparse: Sparse | None) -> "Scored":
        """Return a point from what an engine of Qdrant gives, its weighed terms read already."""
        known = payload or {}
        rev = known.get("rev", 0)
        return cls(
            id=str(point),
            score=score,
            doc_id=str(known.get("doc_id", "")),
            rev=rev if isinstance(rev, int) else 0,
            sparse=sparse,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A point as it is kept."""

    id: str
    payload: Payload
    dense: "Vector | None" = None
    sparse: Sparse | None = None

    @classmethod
    def of(cls, point: object, payload: Payload | None, vectors: object, sparse: Sparse | None) -> "Stored":
        """Return a point from what an engine of Qdrant gives, its weighed terms read already."""
        import numpy

        dense = vectors.get("dense") if isinstance(vectors, dict) else None
        return cls(
            id=str(point),
            payload=payload or {},
            dense=None if dense is None else numpy.asarray(dense, dtype=numpy.float32),
            sparse=sparse,
        )


class Engine(Protocol):
    """What an engine can do. Changes are seen by the next question; they are on the disk after `flush`."""

    def put(self, points: Sequence[Point], *, newer: bool = False) -> None:
        """Write points; with `newer`, a point that is there is replaced only by one with a higher `rev`."""

    def remove(self, where: Where) -> None:
        """Remove the points of a filter; an empty one is refused."""

    def mark(self, where: Where, payload: Payload) -> None:
        """Change some fields of the points of a filter."""

    def search(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """Answer questions, best first; fewer than `limit` where there are no more."""

    def read(self, ids: Sequence[str], fields: Sequence[str] | None = None) -> list[Stored]:
        """Return points by their ids, in no order, without those that are not there; all fields or some."""

    def count(self, where: Where) -> int:
        """Return how many points a filter has, exactly."""

    def size(self) -> int:
        """Return about how many points there are; cheap."""

    def facet(self, name: str, where: Where, limit: int = 50) -> list[tuple[str, int]]:
        """Return the values of a field with how many points have each, most first, then by value."""

    def scroll(
        self, where: Where, after: str | None = None, limit: int = 1_000, *, vectors: bool = False
    ) -> tuple[list[Stored], str | None]:
        """Return some points in the order of their ids, and where to go on; None when that was all."""

    def flush(self) -> None:
        """Return when everything written is on the disk."""

    def close(self) -> None:
        """Give back what is held."""


class Engines(Protocol):
    """A place where several engines lie beside each other, each under a name of letters, digits and dashes.

    :ivar shared: whether other processes may have the same engines open.
    """

    shared: bool

    def open(self, name: str, width: int) -> Engine:
        """Open the engine of a name, made for vectors of a width where there is none."""

    def drop(self, name: str) -> None:
        """Remove the engine of a name with all that it holds; it is closed. Nothing happens when there is none."""

    def names(self) -> list[str]:
        """Return the names of the engines that are there, in order."""

    def close(self) -> None:
        """Give back what is held."""
