"""The past as it had happened: the archive folded again, only with the events up to a moment."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from services.days import DAY_US, day_of
from services.events.envelope import Event
from services.view import AsOf, HappenedBy
from streams.history import rules
from streams.history.replay import BATCH, apply_archived, archived
from streams.history.rules import Rules
from streams.projection.projector import Projector
from streams.store.archive import EventRow
from streams.store.connection import Connection
from streams.store.sqlite import connect, open_scratch

STORE = "past.db"


class Past:
    """Folds of the archive up to a moment, the last one kept until it is asked for another."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="paceline-past-"))
        self._lock = threading.Lock()
        self._held: tuple[object, int] | None = None

    @contextmanager
    def store(self, source: Connection, view: HappenedBy | AsOf, version: Rules, position: int) -> Iterator[Connection]:
        """Give a store with only those events that had happened, or were known, by the moment of the view."""
        with self._lock:
            if self._held != (view, position):
                self._fold(source, _chooser(view, version, position), version)
                self._held = (view, position)
            with closing(connect(self._folder / STORE)) as connection:
                yield connection

    def _fold(self, source: Connection, chosen: Callable[[int, Event], bool], version: Rules) -> None:
        path = self._folder / STORE
        path.unlink(missing_ok=True)
        with closing(open_scratch(path)) as scratch:
            with scratch.turn():
                rules.add(scratch, version._replace(active_from=0))
            projector = Projector(scratch, version.no, ZoneInfo(version.zone))
            held: list[tuple[EventRow, Event]] = []
            for row, event in archived(source):
                if chosen(row.position, event):
                    place = projector.position + len(held) + 1
                    held.append((row._replace(position=place), event))
                if len(held) == BATCH:
                    apply_archived(projector, held)
                    held = []
            apply_archived(projector, held)

    def close(self) -> None:
        """Throw away what was folded."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _chooser(view: HappenedBy | AsOf, version: Rules, position: int) -> Callable[[int, Event], bool]:
    """Return which events belong to the past that is asked for; dates are compared in the company's zone."""
    if isinstance(view, AsOf):
        return lambda place, event: place <= position
    last_day = day_of(view.at_us, ZoneInfo(version.zone))

    def happened(place: int, event: Event) -> bool:
        return event.time_us // DAY_US <= last_day if event.date_only else event.time_us <= view.at_us

    return happened
