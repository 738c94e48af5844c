"""A shelf of a few documents, and questions to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.index.access import Access, Filters
from search.index.document import Document, prepare
from search.index.documents import Documents
from search.index.port import Engine
from search.ports import Embedder
from search.ranking.answer import Answer
from search.ranking.question import Question
from search.ranking.searcher import Searcher
from tests.search.index.engines import opened

DAY_SECONDS = 86_400


def document(
    name: str, text: str, *, title: str = "", readers: tuple[str, ...] = ("public",), **more: object
) -> Document:
    """Return a document of the public kind."""
    given: dict[str, object] = {"rev": 1, "kind": "case"} | more
    return Document(id=name, title=title, text=text, readers=readers, **given)  # type: ignore[arg-type]


class Shelf:
    """Documents in an engine, with a searcher over them."""

    def __init__(self, engine: Engine, embedder: Embedder | None) -> None:
        self.engine = engine
        self.embedder = embedder
        self.documents = Documents(engine)
        self.searcher = Searcher(engine, embedder)

    def put(self, *documents: Document) -> None:
        """Put documents on the shelf."""
        self.documents.replace(prepare(documents, self.embedder))

    def ask(
        self,
        text: str,
        *,
        readers: tuple[str, ...] = ("public",),
        now: int | None = None,
        limit: int = 10,
        **fields: tuple[str, ...],
    ) -> Answer:
        """Ask a question."""
        access = Access(readers=readers)
        return self.searcher.search(
            Question(text=text, access=access, filters=Filters(fields=fields), limit=limit, now=now)
        )

    def found(self, text: str, **options: object) -> list[str]:
        """Return the ids of what a question finds, best first."""
        return [hit.doc_id for hit in self.ask(text, **options).hits]  # type: ignore[arg-type]


@contextmanager
def shelf(folder: Path, embedder: Embedder | None, name: str = "memory", width: int = 32) -> Iterator[Shelf]:
    """Give an empty shelf."""
    with opened(name, folder, width) as engine:
        yield Shelf(engine, embedder)
