"""Applying: gives pieces of the log to the ledger, waits for a database that is away, puts aside what is poisonous."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from services.errors import PacelineError
from streams.projection.submission import Submission
from streams.store.connection import StoreFailed
from streams.store.offsets import Place
from streams.store.postgres import is_about_values
from streams.workers.ledger import LogLedger
from streams.workers.offsets import Hole, Span
from streams.workers.pieces import Piece, transactions

PAUSES_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

Answered = TypeVar("Answered")
log = logging.getLogger(__name__)


class Stopped(Exception):
    """The worker was asked to end while it waited for the database; nothing of the batch was stored."""


class Unblamed(PacelineError):
    """A batch that cannot be stored though no item of it is to blame."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"The store takes nothing at all ({type(error).__name__}: {error}).")


@dataclass(slots=True)
class Applying:
    """Works in one thread at a time, on a ledger that is opened when it is first needed.

    :ivar opened: opens the store; raises `PacelineError` when it cannot.
    :ivar stopping: set when the worker is to end, which ends waiting for a database too.
    """

    opened: Callable[[], LogLedger]
    clock: Callable[[], int]
    stopping: threading.Event
    _ledger: LogLedger | None = field(default=None, init=False)

    def apply(self, pieces: Iterable[Piece]) -> None:
        """Apply pieces, however long it takes; raise `Hole` when something before them is missing, and `Stopped`."""
        for spans in transactions(pieces, now_us=self.clock()):
            self._held(partial(self._take, spans))

    def offsets(self) -> dict[Place, int]:
        """Return from which offset each partition is to be read on; raise `Stopped`."""
        return self._held(lambda: self._its_ledger().offsets())

    def close(self) -> None:
        """Let go of the store."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def _its_ledger(self) -> LogLedger:
        if self._ledger is None:
            self._ledger = self.opened()
        return self._ledger

    def _held(self, run: Callable[[], Answered]) -> Answered:
        """Return what something comes to, tried again until the store is there; the stream is held meanwhile."""
        for attempt in range(2**62):
            try:
                return run()
            except Hole:
                raise
            except Exception as error:
                seconds = PAUSES_SECONDS[min(attempt, len(PAUSES_SECONDS) - 1)]
                log.warning("Held for %g s, attempt %d: %s", seconds, attempt + 1, error)
                if self.stopping.wait(seconds):
                    raise Stopped from error
        raise AssertionError

    def _take(self, spans: Sequence[Span]) -> None:
        """Apply spans in one transaction; where an item of them cannot be stored, without it."""
        try:
            self._its_ledger().take(spans, self.clock())
        except StoreFailed as error:
            if not is_about_values(error):
                raise
            self._put_aside(spans)
        except PacelineError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an item does, those after it must go on
            log.warning("A batch failed (%s: %s); looking for the event that does it.", type(error).__name__, error)
            self._put_aside(spans)

    def _put_aside(self, spans: Sequence[Span]) -> None:
        """Apply spans with every item that cannot be stored as a dead letter."""
        items = [item for span in spans for record in span.records for item in record.items]
        poison: dict[int, Exception] = {}
        while culprit := self._culprit(spans, items, poison):
            item, error = culprit
            if id(item) in poison:
                raise Unblamed(error)
            log.warning("An event from %s becomes a dead letter (%s).", item.source, type(error).__name__)
            poison[id(item)] = error
        self._its_ledger().take(spans, self.clock(), poison)

    def _culprit(
        self, spans: Sequence[Span], items: Sequence[Submission], poison: dict[int, Exception]
    ) -> tuple[Submission, Exception] | None:
        """Return the first item with which spans cannot be stored, found by halving; None when there is none."""
        error = self._trial(spans, items, poison)
        if error is None:
            return None
        nothing = self._trial(spans, (), poison)
        if nothing is not None:
            raise Unblamed(nothing)
        good, bad = 0, len(items)
        while bad - good > 1:
            middle = (good + bad) // 2
            found = self._trial(spans, items[:middle], poison)
            if found is None:
                good = middle
            else:
                bad, error = middle, found
        return items[bad - 1], error

    def _trial(
        self, spans: Sequence[Span], items: Sequence[Submission], poison: dict[int, Exception]
    ) -> Exception | None:
        found = self._its_ledger().trial(spans, items, self.clock(), poison)
        if isinstance(found, StoreFailed) and not is_about_values(found):
            raise found
        return found
