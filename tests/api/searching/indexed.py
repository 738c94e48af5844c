"""A store with its search, in a folder; models are letters or none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from api.searching.making import access_of
from api.searching.place import Place
from api.searching.service import Search
from api.settings import Settings
from search.index.access import Filters
from search.ports import Embedder
from search.ranking.answer import Answer
from search.ranking.question import Question
from services.scope import ADMIN, Scope
from tests.search.letters import Letters
from tests.stores import Store


class Given:
    """Embedders of tests (`api.searching.reading.Embedders`): what `choose` returns is chosen."""

    trouble = ""

    def __init__(self, choose: Callable[[], Embedder | None], *others: Embedder) -> None:
        self._choose = choose
        self._others = {one.name: one for one in others}
        self.kept: set[str] = set()

    def chosen(self) -> Embedder | None:
        """Return what is chosen."""
        return self._choose()

    def named(self, name: str, *, filling: bool = False) -> Embedder | None:
        """Return an embedder by its name."""
        chosen = self._choose()
        return chosen if chosen is not None and chosen.name == name else self._others.get(name)

    def keep(self, names: set[str]) -> None:
        """Note which are still needed."""
        self.kept = names


class Indexed:
    """A store whose search reads on demand."""

    def __init__(
        self,
        folder: Path,
        embedders: Callable[[], Embedder | None] = Letters,
        *others: Embedder,
        place: Place | None = None,
    ) -> None:
        self.store = Store(folder)
        self.questions = self.store.questions()
        self.models = Given(embedders, *others)
        self.search = Search(Settings(home=folder), self.questions, self.models, place=place)

    def read(self) -> int:
        """Read all that waits and return how many steps did something."""
        done = 0
        while step := self.search.step():
            done += step
        return done

    def ask(self, text: str, scope: Scope = ADMIN, **fields: tuple[str, ...]) -> Answer:
        """Ask a question."""
        return self.search.search(Question(text=text, access=access_of(scope), filters=Filters(fields=fields)))

    def found(self, text: str, scope: Scope = ADMIN, **fields: tuple[str, ...]) -> list[str]:
        """Return the ids of what a question finds, in the order of the alphabet."""
        return sorted(hit.doc_id for hit in self.ask(text, scope, **fields).hits)

    def documents(self) -> dict[str, dict[str, object]]:
        """Return the payloads of everything that is in the index, heads and passages, without what tells of time."""
        holding = self.search._shelf.current
        assert holding is not None
        from search.index.port import Field, Where

        points, rest = holding.engine.scroll(Where(must=(Field(name="part", values=("head", "passage")),)))
        assert rest is None
        return {point.id: dict(point.payload) for point in points}

    def close(self) -> None:
        """Close everything."""
        self.search.close()
        self.questions.close()
        self.store.home.close()


@contextmanager
def indexed(
    folder: Path,
    embedders: Callable[[], Embedder | None] = Letters,
    *others: Embedder,
    place: Place | None = None,
) -> Iterator[Indexed]:
    """Give an empty store with its search."""
    found = Indexed(folder, embedders, *others, place=place)
    try:
        yield found
    finally:
        found.close()
