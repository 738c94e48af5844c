"""Documents in an index: replaced, removed and read as one revision each, whatever happens in between.

Passages of a new revision are written beside those of the old one, under ids of their own. Then one point, the head of
the document, is replaced: it says which revision is read. Only then the old passages go. Whoever reads drops passages
that are not of the revision of the head, so that a reader, or a process that is killed anywhere in between and tries
again, sees the old document or the new one, whole.
"""

from collections.abc import Sequence

from search.index.document import Prepared, head_id, passage_id, scoped
from search.index.port import Engine, Field, Point, Stored, Value, Where

GONE = "gone"
_TOGETHER_POINTS = 512


class Documents:
    """The documents of an engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def replace(self, prepared: Sequence[Prepared]) -> int:
        """Write revisions and return how many were new; one that is not newer than what is there changes nothing.

        The caller flushes before it tells anybody that they are there.
        """
        heads = self._revisions([(one.document.tenant, one.document.id) for one in prepared])
        fresh = [one for one in prepared if one.document.rev > heads.get(one.head.id, -1)]
        waiting: list[Point] = []
        for one in fresh:
            waiting.extend(one.passages)
            if len(waiting) >= _TOGETHER_POINTS:
                self.engine.put(waiting)
                waiting = []
        self.engine.put(waiting)
        self.engine.put([one.head for one in fresh], newer=True)
        now = self._revisions([(one.document.tenant, one.document.id) for one in fresh])
        for one in fresh:
            self._tidy(one, now.get(one.head.id, -1))
        for one in prepared:
            if heads.get(one.head.id) == one.document.rev:
                # Somebody may have died between the head and the old passages.
                self._tidy(one, one.document.rev)
        return len(fresh)

    def remove(self, tenant: str, doc_id: str, rev: int) -> None:
        """Remove a document with all of its passages; a revision up to `rev` that comes late stays removed."""
        payload: dict[str, Value] = {"tenant": tenant, "doc_id": doc_id, "part": GONE, "rev": rev}
        self.engine.put([Point(id=head_id(tenant, doc_id), payload=payload)], newer=True)
        self.engine.remove(_passages_below(tenant, doc_id, rev + 1))

    def set_readers(self, tenant: str, doc_id: str, readers: Sequence[str]) -> None:
        """Say anew who may find a document; nobody may when there are none."""
        where = Where(
            must=(Field(name="tenant", values=(tenant,)), Field(name="doc_id", values=(doc_id,))),
            never=(Field(name="part", values=(GONE,)),),
        )
        # The head first: readers are held against it too, so that from here on all passages follow at once.
        self.engine.mark(where.within([head_id(tenant, doc_id)]), {"readers": scoped(tenant, readers)})
        self.engine.mark(where, {"readers": scoped(tenant, readers)})

    def heads(self, tenant: str, doc_ids: Sequence[str]) -> dict[str, Stored]:
        """Return the heads of documents by their ids, without what was removed; who may read is for the caller."""
        found = self.engine.read([head_id(tenant, doc_id) for doc_id in doc_ids])
        return {str(head.payload["doc_id"]): head for head in found if head.payload.get("part") != GONE}

    def passages(self, tenant: str, doc_id: str) -> list[Stored]:
        """Return the passages of a document as it is read now, in their order; none when it is not there."""
        head = self.heads(tenant, [doc_id]).get(doc_id)
        if head is None:
            return []
        rev, count = _whole(head, "rev"), _whole(head, "chunks")
        found = self.engine.read([passage_id(tenant, doc_id, rev, chunk) for chunk in range(count)])
        return sorted(found, key=lambda one: _whole(one, "chunk"))

    def _revisions(self, documents: Sequence[tuple[str, str]]) -> dict[str, int]:
        ids = [head_id(tenant, doc_id) for tenant, doc_id in documents]
        return {head.id: _whole(head, "rev") for head in self.engine.read(ids, ["rev"])}

    def _tidy(self, one: Prepared, rev: int) -> None:
        """Remove the passages that nobody reads any more: the older ones, or ours when somebody else was faster."""
        document = one.document
        if rev == document.rev:
            self.engine.remove(_passages_below(document.tenant, document.id, rev))
        else:
            self.engine.remove(Where(ids=tuple(point.id for point in one.passages)))


def _passages_below(tenant: str, doc_id: str, rev: int) -> Where:
    return Where(
        must=(
            Field(name="tenant", values=(tenant,)),
            Field(name="doc_id", values=(doc_id,)),
            Field(name="part", values=("passage",)),
            Field(name="rev", below=rev),
        )
    )


def _whole(point: Stored, name: str) -> int:
    value = point.payload[name]
    return value if isinstance(value, int) else 0
