"""Names: of which document and revision each point is, remembered, so that what is found need not be read to name it.

They follow every write of the one process that an index in a folder has.
"""

from collections.abc import Callable, Mapping, Sequence

from search.index.port import Payload, Point

Name = tuple[str, int]
NAMES_MAX = 400_000
"""Of about a quarter of a kilobyte each. When there are more they are forgotten, and read again as they are needed."""
NAMED = ("doc_id", "rev")


class Names:
    """What is known of points; any thread may ask, one at a time writes."""

    def __init__(self, read: Callable[[Sequence[str]], Mapping[str, Payload]]) -> None:
        """:param read: gives the payloads of points by their ids."""
        self._read = read
        self._known: dict[str, Name] = {}

    def of(self, ids: Sequence[str]) -> list[Name | None]:
        """Return the names of points in the order of their ids; None for one that was removed before it was named."""
        known = self._known
        missing = [one for one in ids if one not in known]
        for point, payload in self._read(missing).items() if missing else ():
            # What a writer says meanwhile is newer than what was read here.
            known.setdefault(point, _name(payload))
        return [known.get(one) for one in ids]

    def written(self, points: Sequence[Point]) -> None:
        """Take note of points that have just been written."""
        if len(self._known) + len(points) > NAMES_MAX:
            self._known = {}
        for point in points:
            self._known[point.id] = _name(point.payload)

    def forget(self) -> None:
        """Forget everything, because names themselves have changed."""
        self._known = {}


def _name(payload: Payload) -> Name:
    rev = payload.get("rev", 0)
    return str(payload.get("doc_id", "")), rev if isinstance(rev, int) else 0
