"""The search of a home: keeps its index up to date in the background, and answers questions from it."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from api.searching.failures import SearchAway
from api.searching.filling import Filler, Taken, digest_at
from api.searching.mark import Mark
from api.searching.shelf import Holding, Opening, Shelf
from api.settings import Settings
from search.ranking.scale import Scale
from services.errors import PacelineError
from streams.answers import searchable
from streams.answers.questions import Questions
from streams.store.connection import Connection

if TYPE_CHECKING:
    from search.index.port import Engine
    from search.ports import Embedder
    from search.ranking.answer import Answer
    from search.ranking.question import Question
    from search.ranking.similar import Like, Model

log = logging.getLogger(__name__)
Embedders = Callable[[], "Embedder | None"]
T = TypeVar("T")
MEASURE_GROWTH = 1.2
"""The scale of an index is measured again when it has grown by this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """How far search is: `model` reads by meaning, empty when there is none; `waiting` roots are not read yet.

    :ivar remaking: the model of an index that is being made to take the place of the one that answers.
    """

    available: bool
    documents: int = 0
    passages: int = 0
    model: str = ""
    waiting: int = 0
    complete: bool = False
    remaking: str | None = None
    trouble: str = ""


@dataclass(slots=True)
class _Ready:
    """What answers: an engine, the embedder that its vectors come from, and its scale."""

    engine: "Engine"
    embedder: "Embedder | None"
    scale: Scale = field(default_factory=Scale)
    measured_points: int = 0


class Search:
    """Opens its index when it is first needed, so that a process starts no later for it; any thread may ask."""

    def __init__(
        self, settings: Settings, questions: Questions, embedders: Embedders, *, opening: Opening | None = None
    ) -> None:
        self._settings = settings
        self._questions = questions
        self._embedders = embedders
        self._shelf = Shelf(settings.home / "index", opening or _opening(settings))
        self._lock = threading.RLock()
        self._ready: _Ready | None = None
        self.trouble = ""

    @property
    def available(self) -> bool:
        """Return whether anything is indexed in this home."""
        return not self._settings.scaled or self._settings.qdrant is not None

    def step(self, taken: Taken) -> int:
        """Bring the index some roots further and return how many; 0 when it knows everything.

        The caller calls it from one thread at a time.
        """
        from search.text.chunks import CHUNKER_VERSION
        from search.text.tokens import TOKENISER_VERSION

        if not self.available:
            return 0
        connection = self._questions.connection()
        if self._shelf.current is None and not self._anything(connection):
            return 0
        embedder = self._embedders()
        name, width = ("", 0) if embedder is None else (embedder.name, embedder.width)
        with self._lock:
            holding = self._shelf.begin(name, width, (CHUNKER_VERSION, TOKENISER_VERSION), self._same_store)
        done = Filler(connection, self._questions.clock, taken).step(holding, embedder)
        with self._lock:
            if holding is self._shelf.next and holding.mark.cursor is None and done == 0:
                self._shelf.flip(holding)
            self._measure(embedder, again=done == 0)
        return done

    def _anything(self, connection: Connection) -> bool:
        """Return whether there is an index to open or anything to put into one."""
        folder = self._settings.home / "index"
        return (folder / "current.json").exists() or bool(searchable.everything(connection, "", 1))

    def search(self, question: "Question") -> "Answer":
        """Answer a question; raise `SearchAway` where nothing is indexed."""
        from search.ranking.searcher import Searcher

        ready = self._answering()
        if ready is None:
            return _nothing(question)
        return Searcher(ready.engine, ready.embedder, scale=ready.scale).search(question)

    def similar(self, models: "Sequence[Model]") -> "list[tuple[Like, ...]]":
        """Return for each model what is like it, best first."""
        from search.ranking.similar import Similar

        ready = self._answering()
        if ready is None:
            return [() for _ in models]
        finder = Similar(ready.engine, ready.embedder, scale=ready.scale)
        return [finder.find(model) for model in models]

    @property
    def with_model(self) -> bool:
        """Return whether questions are read by meaning, and not by words alone."""
        ready = self._answering()
        return ready is not None and ready.embedder is not None

    def remake(self) -> None:
        """Forget what is indexed, so that everything is read again."""
        with self._lock:
            self._shelf.close()
            self._ready = None
            for name in ("current.json", "next.json"):
                (self._settings.home / "index" / name).unlink(missing_ok=True)
            self._shelf.close()

    def status(self) -> Status:
        """Return how far search is; an index that another process has open cannot be looked into."""
        if not self.available:
            return Status(available=False)
        from search.index.port import Field, Where

        ready = self._answering()
        waiting = searchable.waiting_count(self._questions.connection())
        current, coming = self._shelf.current, self._shelf.next
        if ready is None or current is None:
            return Status(available=True, waiting=waiting, trouble=self.trouble)
        heads, passages = (
            ready.engine.count(Where(must=(Field(name="part", values=(part,)),))) for part in ("head", "passage")
        )
        return Status(
            available=True,
            documents=heads,
            passages=passages,
            model=current.mark.model,
            waiting=waiting,
            complete=current.mark.cursor is None,
            remaking=None if coming is None else coming.mark.model,
            trouble=self.trouble,
        )

    def close(self) -> None:
        """Flush and close what is open."""
        with self._lock:
            self._ready = None
            self._shelf.close()

    def _answering(self) -> _Ready | None:
        """Return what answers, opened by whoever comes first; None when there is no index yet."""
        if not self.available:
            raise SearchAway
        with self._lock:
            current = self._shelf.open(self._same_store)
            if current is None:
                return None
            if self._ready is None or self._ready.engine is not current.engine:
                self._ready = self._made_ready(current)
            elif self._ready.embedder is None and current.mark.model:
                self._ready.embedder = self._of(current)
            return self._ready

    def _made_ready(self, current: Holding) -> _Ready:
        from search.ranking.scale import measure

        embedder = self._of(current)
        points = current.engine.size()
        return _Ready(current.engine, embedder, measure(current.engine, embedder), points)

    def _of(self, current: Holding) -> "Embedder | None":
        """Return the embedder whose vectors an index holds, None when it is another one that is chosen now."""
        if not current.mark.model:
            return None
        embedder = self._embedders()
        return embedder if embedder is not None and embedder.name == current.mark.model else None

    def _measure(self, embedder: "Embedder | None", *, again: bool) -> None:
        """Measure the scale of an index that has grown."""
        from search.ranking.scale import measure

        ready, current = self._ready, self._shelf.current
        if ready is None or current is None or ready.engine is not current.engine or not again:
            return
        points = current.engine.size()
        if points > ready.measured_points * MEASURE_GROWTH:
            ready.scale = measure(current.engine, ready.embedder)
            ready.measured_points = points

    def _same_store(self, mark: Mark) -> bool:
        """Return whether an index was made from this store, and not from one that another has replaced since."""
        return mark.position == 0 or digest_at(self._questions.connection(), mark.position) == mark.digest


def brought_up_to_date(search: Search, taken: Taken, progress: Callable[[int], None]) -> int:
    """Let a search read everything that waits, and return how many roots it read."""
    done = 0
    while step := search.step(taken):
        done += step
        progress(done)
    return done


def _opening(settings: Settings) -> Opening | None:
    """Return what opens the engine of a Qdrant server, None for the engine in this process."""
    if settings.qdrant is None:
        return None
    address = settings.qdrant

    def opened(name: str, width: int) -> "Engine":
        from qdrant_client import QdrantClient

        from search.index.server import ServerEngine

        return ServerEngine(QdrantClient(url=address), width, collection=f"{settings.topics}-{name}")

    return opened


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


__all__ = ["PacelineError", "Search", "Status", "brought_up_to_date"]
