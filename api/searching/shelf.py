"""The shelf: the index that questions are put to, and one that is being made to take its place."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from api.searching.mark import CURRENT, NEXT, Made, Mark, Marks
from search.index.documents import Documents
from search.index.places import MADE
from search.index.port import Engine, Engines

WIDTH_WITHOUT_MODEL = 4
KEEP_SECONDS = 10.0
"""How much work is done again, at most, by the next process when this one is killed: an engine in this process holds
up everything else while it makes sure that its files are on the disk.
"""


@dataclass(slots=True, eq=False)
class Holding:
    """An engine that is open, with its mark; `users` are the questions that it is answering at the moment.

    :ivar shared: others follow the mark, so that it is written down at once.
    """

    engine: Engine
    mark: Mark
    marks: Marks
    name: str
    shared: bool = False
    users: int = 0
    _kept_at: float = field(default_factory=time.monotonic)
    _passed: bool = False

    @property
    def documents(self) -> Documents:
        """Return the documents of the engine."""
        return Documents(self.engine)

    def passed(self, **changes: object) -> None:
        """Take that the index has read further; it is written down now and then."""
        self.mark = replace(self.mark, **changes)
        self._passed = True
        self.keep(now=self.shared)

    def note(self, **changes: object) -> None:
        """Write something down at once."""
        self.passed(**changes)
        self.keep()

    def keep(self, *, now: bool = True) -> None:
        """Write down how far the index has read, once that is on the disk; if not `now`, only when it is time to."""
        moment = time.monotonic()
        if self._passed and (now or moment >= self._kept_at + KEEP_SECONDS):
            self.engine.flush()
            self.marks.write(self.name, self.mark)
            self._passed, self._kept_at = False, time.monotonic()


class Shelf:
    """The indexes of one place, for whoever fills them and for those who only ask; not for two threads at a time."""

    def __init__(self, engines: Engines, marks: Marks, same_store: Callable[[Mark], bool]) -> None:
        self._engines = engines
        self._marks = marks
        self._same_store = same_store
        self._retired: list[Holding] = []
        # What a process that was killed has left is looked for once.
        self._untidy = True
        self.current: Holding | None = None
        self.next: Holding | None = None

    @property
    def marked(self) -> bool:
        """Return whether there is an index, open or not."""
        return self.current is not None or self._marks.read(CURRENT) is not None

    @property
    def coming(self) -> Mark | None:
        """Return the mark of the index that is being made, here or by another process; None when none is."""
        if self.next is None and self._engines.shared:
            return self._marks.read(NEXT)
        return self.next.mark if self.next else None

    @property
    def models(self) -> set[str]:
        """Return the names of the embedders that made what is open."""
        return {one.mark.model for one in (self.current, self.next, *self._retired) if one is not None}

    def open(self) -> Holding | None:
        """Open the index that answers, None when there is none that was made from this store."""
        if self.current is None:
            mark = self._marks.read(CURRENT)
            if mark is not None and self._same_store(mark):
                self.current = self._opened(CURRENT, mark)
        return self.current

    def follow(self) -> None:
        """Look at the marks again, where another process may have changed them."""
        if not self._engines.shared:
            return
        self.current = self._followed(self.current, CURRENT)
        self.next = self._followed(self.next, NEXT)

    def begin(self, made: Made) -> Holding:
        """Return the index that is to be filled: the one there is when it fits, else another one beside it."""
        current = self.open()
        if current is None:
            self.current = self._make(CURRENT, made)
            return self.current
        if current.mark.fits(made):
            # Where the choice went back to what answers, nothing needs to take its place.
            self._forget_next()
            return current
        if self.next is None:
            mark = self._marks.read(NEXT)
            if mark is not None and mark.folder != current.mark.folder and self._same_store(mark):
                self.next = self._opened(NEXT, mark)
        if self.next is None or not self.next.mark.fits(made):
            self._forget_next()
            self.next = self._make(NEXT, made)
        return self.next

    def flip(self, holding: Holding) -> None:
        """Let a finished index take the place of the one that answers; questions that run end on the old one."""
        if holding is not self.next:
            return
        old = self.current
        holding.keep()
        self._marks.write(CURRENT, holding.mark)
        self._marks.remove(NEXT)
        holding.name = CURRENT
        self.current, self.next = holding, None
        self._retire(old)

    def forget(self) -> None:
        """Forget everything that is indexed."""
        for name in (CURRENT, NEXT):
            self._marks.remove(name)
        self._retire(self.current)
        self._retire(self.next)
        self.current = self.next = None

    def tidy(self, *, sweep: bool = True) -> None:
        """Close what nobody asks any more, and remove (`sweep`) the engines that no mark names."""
        for one in [one for one in self._retired if not one.users]:
            self._retired.remove(one)
            one.engine.close()
        if sweep and self._untidy:
            self._untidy = bool(self._retired)
            held = {one.mark.folder for one in (self.current, self.next, *self._retired) if one is not None}
            marks = (self._marks.read(name) for name in (CURRENT, NEXT))
            kept = held | {mark.folder for mark in marks if mark is not None}
            for name in self._engines.names():
                if name not in kept:
                    self._engines.drop(name)

    def close(self) -> None:
        """Close everything."""
        for holding in (self.current, self.next):
            if holding is not None:
                holding.keep()
        for holding in (self.current, self.next, *self._retired):
            if holding is not None:
                holding.engine.close()
        self.current = self.next = None
        self._retired = []
        self._engines.close()

    def _opened(self, name: str, mark: Mark) -> Holding:
        return Holding(self._engines.open(mark.folder, mark.width), mark, self._marks, name, self._engines.shared)

    def _followed(self, holding: Holding | None, name: str) -> Holding | None:
        """Return what a mark names now: what is open already, or opened, or None."""
        mark = self._marks.read(name)
        if mark is not None and holding is not None and holding.mark.folder == mark.folder:
            holding.mark, holding.name = mark, name
            return holding
        self._retire(holding)
        return None

    def _make(self, name: str, made: Made) -> Holding:
        taken = [int(one.removeprefix(MADE)) for one in self._engines.names()]
        mark = Mark(
            folder=f"{MADE}{max(taken, default=0) + 1}",
            model=made.model,
            width=made.width or WIDTH_WITHOUT_MODEL,
            chunker=made.chunker,
            tokeniser=made.tokeniser,
            edition=made.edition,
        )
        # The engine first: a mark never names one that is not there.
        holding = self._opened(name, mark)
        self._marks.write(name, mark)
        return holding

    def _forget_next(self) -> None:
        if self.next is not None or self._marks.read(NEXT) is not None:
            self._marks.remove(NEXT)
        self._retire(self.next)
        self.next = None

    def _retire(self, holding: Holding | None) -> None:
        if holding is not None:
            self._retired.append(holding)
        self._untidy = True
