"""The shelf: the index that questions are put to, and one that is being made to take its place."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from api.searching.mark import Mark, read_mark, write_mark
from search.index.documents import Documents
from search.index.port import Engine

CURRENT, NEXT = "current.json", "next.json"
WIDTH_WITHOUT_MODEL = 4
Opening = Callable[[str, int], Engine]
"""Opens the engine of a name for vectors of a width."""


@dataclass(slots=True)
class Holding:
    """An engine that is open, with its mark."""

    engine: Engine
    mark: Mark
    path: Path

    @property
    def documents(self) -> Documents:
        """Return the documents of the engine."""
        return Documents(self.engine)

    def note(self, **changes: object) -> None:
        """Write down how far the index has read."""
        self.mark = replace(self.mark, **changes)
        write_mark(self.path, self.mark)


class Shelf:
    """The indexes of a folder; not for two threads at a time."""

    def __init__(self, folder: Path, opening: Opening | None = None) -> None:
        self._folder = folder
        self._opening = opening or self._embedded
        self.current: Holding | None = None
        self.next: Holding | None = None
        self._retired: list[Engine] = []

    def open(self, same_store: Callable[[Mark], bool]) -> Holding | None:
        """Open what is there, None when there is nothing; an index of another store is removed first."""
        if self.current is None:
            self.current = self._opened(CURRENT, same_store)
        return self.current

    def begin(self, model: str, width: int, versions: tuple[int, int], same_store: Callable[[Mark], bool]) -> Holding:
        """Return the index that is to be filled: the one there is when it fits, else another one beside it."""
        current = self.open(same_store)
        if current is not None and current.mark.fits(model, *versions):
            return current
        if self.next is None:
            self.next = self._opened(NEXT, same_store)
        if self.next is not None and not self.next.mark.fits(model, *versions):
            self._drop(self.next)
            self.next = None
        made = self.next or self._make(model, width or WIDTH_WITHOUT_MODEL, versions, first=current is None)
        if current is None:
            self.current = made
        else:
            self.next = made
        return made

    def flip(self, holding: Holding) -> None:
        """Let a finished index take the place of the one that answers; questions that run end on the old one."""
        if holding is not self.next:
            return
        old = self.current
        holding.path = self._folder / CURRENT
        write_mark(holding.path, holding.mark)
        (self._folder / NEXT).unlink(missing_ok=True)
        self.current, self.next = holding, None
        if old is not None:
            self._retired.append(old.engine)

    def close(self) -> None:
        """Close everything, and remove the folders that nothing names any more."""
        for holding in (self.current, self.next):
            if holding is not None:
                holding.engine.close()
        for engine in self._retired:
            engine.close()
        self.current = self.next = None
        self._retired = []
        self._sweep()

    def _sweep(self) -> None:
        marks = [read_mark(self._folder / name) for name in (CURRENT, NEXT)]
        kept = {mark.folder for mark in marks if mark is not None}
        for path in self._folder.glob("made-*"):
            if path.name.partition(".")[0] not in kept:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)

    def _opened(self, name: str, same_store: Callable[[Mark], bool]) -> Holding | None:
        path = self._folder / name
        mark = read_mark(path)
        if mark is None:
            return None
        if not same_store(mark):
            path.unlink()
            return None
        return Holding(self._opening(mark.folder, mark.width), mark, path)

    def _make(self, model: str, width: int, versions: tuple[int, int], *, first: bool) -> Holding:
        self._folder.mkdir(parents=True, exist_ok=True)
        taken = [int(path.name.split("-")[1].partition(".")[0]) for path in self._folder.glob("made-*")]
        mark = Mark(
            folder=f"made-{max(taken, default=0) + 1}",
            model=model,
            width=width,
            chunker=versions[0],
            tokeniser=versions[1],
        )
        path = self._folder / (CURRENT if first else NEXT)
        engine = self._opening(mark.folder, mark.width)
        write_mark(path, mark)
        return Holding(engine, mark, path)

    def _drop(self, holding: Holding) -> None:
        holding.engine.close()
        holding.path.unlink(missing_ok=True)
        with suppress(OSError):
            shutil.rmtree(self._folder / holding.mark.folder)

    def _embedded(self, name: str, width: int) -> Engine:
        from search.index.edge import EdgeEngine

        return EdgeEngine(self._folder / name, width)
