"""Heads of documents, kept as they were read: each question reads about a hundred of them, and they seldom change.

They follow every write of the one process that an index in a folder has.
"""

import threading
from collections.abc import Callable, Sequence
from itertools import islice

from search.index.port import Stored, Where

HEADS_MAX = 20_000
"""Of about a kilobyte and a half each; those that were read first go first."""


class Heads:
    """What is kept of heads; any thread may read and write."""

    def __init__(self, read: Callable[[Sequence[str]], list[Stored]], *, heads_max: int = HEADS_MAX) -> None:
        """:param read: reads points by their ids from where they are stored."""
        self._read = read
        self._heads_max = heads_max
        self._lock = threading.Lock()
        self._writes = 0
        self._kept: dict[str, Stored] = {}

    def read(self, ids: Sequence[str]) -> list[Stored]:
        """Return points by their ids, in no order, without those that are not there."""
        writes, kept = self._writes, self._kept
        known = [(one, kept.get(one)) for one in ids]
        found = [head for _, head in known if head is not None]
        if missing := [one for one, head in known if head is None]:
            fresh = self._read(missing)
            self._keep([one for one in fresh if one.payload.get("part") == "head"], writes)
            found.extend(fresh)
        return found

    def written(self, ids: Sequence[str]) -> None:
        """Take note that points have just been written, whether or not that went well."""
        with self._lock:
            self._writes += 1
            for one in ids:
                self._kept.pop(one, None)

    def changed(self, where: Where) -> None:
        """Take note that the points of a filter have just been changed or removed."""
        if any(one.name == "part" and one.values == ("passage",) for one in where.must):
            return
        with self._lock:
            self._writes += 1
            self._kept = {}

    def _keep(self, fresh: Sequence[Stored], writes: int) -> None:
        """Keep what was read, if nobody wrote since before it was: it may be what was there before."""
        with self._lock:
            if writes != self._writes:
                return
            self._kept.update((one.id, one) for one in fresh)
            for one in list(islice(self._kept, max(0, len(self._kept) - self._heads_max))):
                del self._kept[one]
