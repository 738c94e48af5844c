"""Filling: what waits in the store is read, put into the index, and waits no longer once the disk has it.

A root is taken off the queue after the index has been flushed, and only as it stood when it was read. Killed anywhere
in between, it is read again, which changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.searching.making import documents_of
from api.searching.shelf import Holding
from search.index.document import TENANT, Document, prepare
from search.index.port import Field, Where
from services.view import LATEST
from streams.answers import searchable
from streams.answers.cut import Cut, latest
from streams.answers.searchable import Gone, Waiting
from streams.store.connection import Connection

if TYPE_CHECKING:
    from search.ports import Embedder

ROOTS_MAX = 64
Taken = Callable[[Sequence[Waiting]], None]
"""Takes roots off the queue, each unless it has changed since."""
_DELETE = "DELETE FROM index_queue WHERE subject = ? AND position <= ?"


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills an index from a store."""

    connection: Connection
    clock: Callable[[], int]
    taken: Taken

    def step(self, holding: Holding, embedder: "Embedder | None") -> int:
        """Read some roots and return how many; 0 when nothing waits and the first reading is over."""
        with self.connection.snapshot():
            cut = latest(self.connection, LATEST, self.clock())
            cursor = holding.mark.cursor
            if cursor is not None:
                rows = searchable.everything(self.connection, cursor, ROOTS_MAX)
            else:
                rows = searchable.waiting(self.connection, ROOTS_MAX)
            reads = [searchable.read(cut, row.subject) for row in rows]
            digest = digest_at(self.connection, cut.position)
        if not rows:
            if cursor is not None:
                holding.note(cursor=None)
                return 1
            return 0
        self._write(holding, cut, reads, embedder)
        place: dict[str, object] = {"position": cut.position, "digest": digest}
        if cursor is not None:
            holding.note(cursor=rows[-1].subject, **place)
        else:
            if holding.mark.position != cut.position:
                holding.note(**place)
            self.taken(rows)
        return len(rows)

    def _write(self, holding: Holding, cut: Cut, reads: Sequence[searchable.Read], embedder: "Embedder | None") -> None:
        documents, currency = holding.documents, cut.organisation.company.currency
        if embedder is None and holding.mark.model:
            # Some of it has no vectors from here on: when the model is back, the index is made again.
            holding.note(model="")
        wanted: list[Document] = []
        for read in reads:
            made = [] if isinstance(read, Gone) else documents_of(read, currency)
            wanted.extend(made)
            # The first reading begins with nothing, and what changes meanwhile waits for the second.
            if holding.mark.cursor is None:
                for name in _others(holding, read.subject, {one.id for one in made}):
                    documents.remove(TENANT, name, read.rev)
        heads = documents.heads(TENANT, [one.id for one in wanted])
        known = {one.id for one in wanted if one.id in heads and heads[one.id].payload["rev"] == one.rev}
        # What is known is put in order, in case that somebody died on the way, and needs no vectors for it.
        documents.replace(prepare([one for one in wanted if one.id in known], None))
        documents.replace(prepare([one for one in wanted if one.id not in known], embedder))
        holding.engine.flush()


def _others(holding: Holding, subject: str, kept: set[str]) -> list[str]:
    """Return the ids of documents of a root that are in the index and are no longer to be there."""
    kind, _, name = subject.partition("/")
    if kind == "document":
        return [] if subject in kept else [subject]
    head = Field(name="part", values=("head",))
    where = Where(must=(head, Field(name="deal_id", values=(name,)), Field(name="kind", values=("deal", "deal_stage"))))
    found, _ = holding.engine.scroll(where)
    return [doc_id for one in found if (doc_id := str(one.payload["doc_id"])) not in kept]


def take(connection: Connection, rows: Sequence[Waiting]) -> None:
    """Take roots off the queue of a store that this connection may write."""
    with connection.turn():
        for row in rows:
            connection.execute(_DELETE, (row.subject, row.position))


def digest_at(connection: Connection, position: int) -> str:
    """Return what tells the event at a position from any other, empty when there is none."""
    row = connection.execute("SELECT fingerprint FROM events WHERE position = ?", (position,)).fetchone()
    return "" if row is None else bytes(row[0]).hex()
