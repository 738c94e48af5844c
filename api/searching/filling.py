"""Filling: what has changed in the store is read and put into an index, which then notes how far it has read.

That is written down now and then, after what was read is on the disk. Killed anywhere in between, the same is read
again, which changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from api.searching.making import documents_of
from api.searching.mark import Mark
from api.searching.shelf import Holding
from search.index.document import TENANT, Document, prepare
from search.index.port import Field, Where
from services.view import LATEST
from streams.answers import searchable
from streams.answers.cut import Cut, latest
from streams.answers.searchable import Gone
from streams.store.connection import Connection

if TYPE_CHECKING:
    from search.ports import Embedder

ROOTS_MAX = 64


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills an index from a store."""

    connection: Connection
    clock: Callable[[], int]

    def step(self, holding: Holding, embedder: "Embedder | None") -> int:
        """Read some roots and return how many; 0 when nothing has changed and the first reading is over."""
        with self.connection.snapshot():
            cut = latest(self.connection, LATEST, self.clock())
            if holding.mark.cursor == "":
                # What a process has written that died before it could say so may have changed since.
                holding.engine.remove(Where(must=(Field(name="tenant", values=(TENANT,)),)))
            mark = holding.mark = self._begun(holding.mark, cut)
            if mark.cursor is not None:
                rows = searchable.everything(self.connection, mark.cursor, ROOTS_MAX)
            else:
                rows = searchable.changed(self.connection, mark.read, ROOTS_MAX)
            histories = searchable.Histories(self.connection)
            reads = [searchable.read(cut, row.subject, histories) for row in rows]
            digest = digest_at(self.connection, cut.position)
        if rows:
            self._write(holding, cut, reads, embedder)
        elif mark.cursor is None:
            holding.keep(now=False)
            return 0
        last = rows[-1] if rows else None
        if mark.cursor is not None:
            holding.passed(cursor=last.subject if last else None, position=cut.position, digest=digest)
            if last is None:
                # A first reading that is over is not done again.
                holding.keep()
        elif last is not None:
            holding.passed(read=(last.position, last.subject), position=cut.position, digest=digest)
        return max(len(rows), 1)

    def _begun(self, mark: Mark, cut: Cut) -> Mark:
        """Return a mark that says from where on changes are read: from the start of the first reading.

        After the derived tables were made again everything among the changes is read once more.
        """
        made = searchable.making(self.connection)
        if mark.cursor == "":
            return replace(mark, made=made, read=(cut.position + 1, ""))
        return mark if mark.made == made else replace(mark, made=made, read=(0, ""))

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


def _others(holding: Holding, subject: str, kept: set[str]) -> list[str]:
    """Return the ids of documents of a root that are in the index and are no longer to be there."""
    kind, _, name = subject.partition("/")
    if kind == "document":
        return [] if subject in kept else [subject]
    head = Field(name="part", values=("head",))
    where = Where(must=(head, Field(name="deal_id", values=(name,)), Field(name="kind", values=("deal", "deal_stage"))))
    found, _ = holding.engine.scroll(where)
    return [doc_id for one in found if (doc_id := str(one.payload["doc_id"])) not in kept]


def digest_at(connection: Connection, position: int) -> str:
    """Return what tells the event at a position from any other, empty when there is none."""
    row = connection.execute("SELECT fingerprint FROM events WHERE position = ?", (position,)).fetchone()
    return "" if row is None else bytes(row[0]).hex()
