"""The search of a home: keeps its index up to date in the background, and answers questions from it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from api.searching.filling import Filler, digest_at
from api.searching.mark import Made, Mark
from api.searching.place import Place, place_of
from api.searching.reading import Embedders
from api.searching.shelf import Holding, Shelf
from api.settings import Settings
from search.ranking.scale import Scale
from streams.answers import searchable
from streams.answers.questions import Questions

if TYPE_CHECKING:
    from search.ports import Embedder
    from search.ranking.answer import Answer
    from search.ranking.question import Question
    from search.ranking.similar import Like, Model

T = TypeVar("T")
MEASURE_GROWTH = 1.2
"""The scale of an index is measured again when it has grown by this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """How far search is: `model` reads by meaning, empty when there is none; `waiting` roots are not read yet.

    :ivar remaking: the model of an index that is being made to take the place of the one that answers.
    :ivar roots_read: how many roots an index has passed that is being made, of `roots_total`; 0 of 0 when none is.
    """

    documents: int = 0
    passages: int = 0
    model: str = ""
    waiting: int = 0
    complete: bool = False
    remaking: str | None = None
    roots_read: int = 0
    roots_total: int = 0
    trouble: str = ""


@dataclass(slots=True)
class _Ready:
    """What answers: an index, the embedder that its vectors come from, and its scale."""

    holding: Holding
    embedder: "Embedder | None"
    scale: Scale = field(default_factory=Scale)
    measured_points: int = 0


class Search:
    """Opens its index when it is first needed, so that a process starts no later for it; any thread may ask."""

    def __init__(
        self, settings: Settings, questions: Questions, embedders: Embedders, *, place: Place | None = None
    ) -> None:
        self._questions = questions
        self._embedders = embedders
        self._place = place or place_of(settings, questions)
        self._shelf = Shelf(self._place.engines, self._place.marks, self._same_store)
        self._lock = threading.RLock()
        self._ready: _Ready | None = None
        self._failed = ""

    @property
    def trouble(self) -> str:
        """Return why what changes is not read, or not by the models that were chosen; empty when all is well."""
        return self._failed or self._embedders.trouble

    @trouble.setter
    def trouble(self, failed: str) -> None:
        self._failed = failed

    def step(self) -> int:
        """Bring the index some roots further and return how many; 0 when it knows everything.

        The caller calls it from one thread at a time. Where another process fills the index, it is followed.
        """
        filling = self._place.duty.held()
        with self._lock:
            self._shelf.follow()
            if not filling or not self._anything():
                self._shelf.tidy(sweep=filling)
                return 0
            chosen = self._chosen()
            holding = self._shelf.begin(_made_by(chosen, self._place.editions.current()))
            current = self._shelf.current
        filler = Filler(self._questions.connection(), self._questions.clock)
        done = filler.step(holding, chosen)
        beside = current is not None and holding is not current
        if beside and current is not None:
            done += self._along(filler, current)
        ready = self._made_ready(holding) if beside and done == 0 else None
        with self._lock:
            if ready is not None:
                self._shelf.flip(holding)
                self._ready = ready
            if done == 0:
                self._measure()
            self._shelf.tidy()
            self._embedders.keep(self._shelf.models)
        return done

    def _along(self, filler: Filler, current: Holding) -> int:
        """Let the index that answers read what has changed while another is made; by its own model, or not at all."""
        embedder = self._of(current, filling=True)
        return filler.step(current, embedder) if embedder is not None or not current.mark.model else 0

    def _chosen(self) -> "Embedder | None":
        """Return what is to read; that of the index for as long as the choice cannot be used."""
        chosen = self._embedders.chosen()
        current = self._shelf.open()
        return chosen if chosen is not None or current is None else self._of(current, filling=True)

    def _anything(self) -> bool:
        """Return whether there is an index to fill or anything to put into one."""
        return self._shelf.marked or bool(searchable.everything(self._questions.connection(), "", 1))

    def search(self, question: "Question") -> "Answer":
        """Answer a question."""
        from search.ranking.searcher import Searcher

        return self._asked(
            lambda ready: Searcher(ready.holding.engine, ready.embedder, scale=ready.scale).search(question),
            lambda: _nothing(question),
        )

    def similar(self, models: "Sequence[Model]") -> "list[tuple[Like, ...]]":
        """Return for each model what is like it, best first."""
        from search.ranking.similar import Similar

        def ask(ready: _Ready) -> "list[tuple[Like, ...]]":
            finder = Similar(ready.holding.engine, ready.embedder, scale=ready.scale)
            return [finder.find(model) for model in models]

        return self._asked(ask, lambda: [() for _ in models])

    @property
    def with_model(self) -> bool:
        """Return whether questions are read by meaning, and not by words alone."""
        return self._asked(lambda ready: ready.embedder is not None, lambda: False)

    def remake(self) -> None:
        """Forget what is indexed, so that everything is read again; raise `DutyLost` where another process fills it."""
        with self._lock:
            self._ready = None
            self._shelf.forget()
            self._shelf.tidy()

    def status(self) -> Status:
        """Return how far search is."""
        connection = self._questions.connection()
        counts = self._asked(_counts, lambda: None)
        with self._lock:
            current, coming = self._shelf.current, self._shelf.coming
            if counts is None or current is None:
                return Status(waiting=searchable.changed_count(connection), trouble=self.trouble)
            mark, making = current.mark, coming or current.mark
        total, left = 0, 0
        if making.cursor is not None:
            total = searchable.everything_count(connection)
            left = searchable.everything_count(connection, making.cursor)
        return Status(
            documents=counts[0],
            passages=counts[1],
            model=mark.model,
            waiting=searchable.changed_count(connection, mark.read),
            complete=mark.cursor is None,
            remaking=None if coming is None else making.model,
            roots_read=total - left,
            roots_total=total,
            trouble=self.trouble,
        )

    def close(self) -> None:
        """Flush and close what is open."""
        with self._lock:
            self._ready = None
            self._shelf.close()
            self._place.duty.close()

    def _asked(self, ask: Callable[[_Ready], T], nothing: Callable[[], T]) -> T:
        """Return what the index says; once more when another process has put another one into its place meanwhile."""
        try:
            return self._answered(ask, nothing)
        except Exception:
            # Whatever an engine raises whose collection is gone: with the same index it would raise again.
            with self._lock:
                before = self._shelf.current
                self._shelf.follow()
                if self._shelf.open() is before:
                    raise
        return self._answered(ask, nothing)

    def _answered(self, ask: Callable[[_Ready], T], nothing: Callable[[], T]) -> T:
        with self._answering() as ready:
            return nothing() if ready is None else ask(ready)

    @contextmanager
    def _answering(self) -> Iterator[_Ready | None]:
        """Give what answers, opened by whoever comes first; None when there is no index yet."""
        with self._lock:
            current = self._shelf.open()
            if current is not None:
                self._prepare(current)
                current.users += 1
            ready = self._ready if current is not None else None
        try:
            yield ready
        finally:
            if current is not None:
                with self._lock:
                    current.users -= 1

    def _prepare(self, current: Holding) -> None:
        ready = self._ready
        if ready is None or ready.holding is not current:
            self._ready = self._made_ready(current)
        elif ready.embedder is None and current.mark.model:
            ready.embedder = self._of(current)

    def _made_ready(self, holding: Holding) -> _Ready:
        from search.ranking.scale import measure

        embedder = self._of(holding)
        return _Ready(holding, embedder, measure(holding.engine, embedder), holding.engine.size())

    def _of(self, current: Holding, *, filling: bool = False) -> "Embedder | None":
        """Return the embedder whose vectors an index holds."""
        return self._embedders.named(current.mark.model, filling=filling) if current.mark.model else None

    def _measure(self) -> None:
        """Measure the scale of an index that has grown."""
        from search.ranking.scale import measure

        ready = self._ready
        if ready is None or ready.holding is not self._shelf.current:
            return
        points = ready.holding.engine.size()
        if points > ready.measured_points * MEASURE_GROWTH:
            ready.scale = measure(ready.holding.engine, ready.embedder)
            ready.measured_points = points

    def _same_store(self, mark: Mark) -> bool:
        """Return whether an index was made from this store, and not from one that another has replaced since."""
        return mark.position == 0 or digest_at(self._questions.connection(), mark.position) == mark.digest


def brought_up_to_date(search: Search, progress: Callable[[int], None]) -> int:
    """Let a search read everything that waits, and return how many roots it read."""
    done = 0
    while step := search.step():
        done += step
        progress(done)
    return done


def _made_by(embedder: "Embedder | None", edition: int) -> Made:
    """Return what an index is to be made by that this embedder fills."""
    from search.text.chunks import CHUNKER_VERSION
    from search.text.tokens import TOKENISER_VERSION

    name, width = ("", 0) if embedder is None else (embedder.name, embedder.width)
    return Made(model=name, width=width, chunker=CHUNKER_VERSION, tokeniser=TOKENISER_VERSION, edition=edition)


def _counts(ready: _Ready) -> tuple[int, int]:
    """Return how many documents an index has, and how many passages."""
    from search.index.port import Field, Where

    heads, passages = (
        ready.holding.engine.count(Where(must=(Field(name="part", values=(part,)),))) for part in ("head", "passage")
    )
    return heads, passages


def _nothing(question: "Question") -> "Answer":
    from search.ranking.answer import Answer
    from search.ranking.question import read

    chinese = read(question.text).chinese
    return Answer(
        hits=(),
        good=False,
        language="zh" if chinese >= 0.5 else "en",
        filters=question.filters.fields,
        with_model=False,
    )
