"""Spans: pieces of the log that follow on each other without a hole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.errors import PacelineError
from streams.projection.submission import Submission
from streams.store.offsets import Place


class Hole(PacelineError):
    """A piece of the log that does not follow on what the store has; what lies between must be read first.

    :ivar begin: the first offset that was not read; `end` is the first that was.
    """

    def __init__(self, place: Place, begin: int, end: int) -> None:
        self.place, self.begin, self.end = place, begin, end
        super().__init__(f"Offsets {begin} to {end - 1} of {place[0]}/{place[1]} were not read yet.")


@dataclass(frozen=True, slots=True)
class Record:
    """What lay in one record of the log; `traces` are the `traceparent` of those who sent it."""

    offset: int
    items: Sequence[Submission]
    traces: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Everything that a partition holds from one offset up to another, which is not part of it."""

    place: Place
    begin: int
    end: int
    records: Sequence[Record]


def advance(spans: Iterable[Span], stored: Mapping[Place, int]) -> tuple[dict[Place, int], list[Record]]:
    """Return the offsets that change once spans are applied, and the records among them that are new.

    Raise `Hole` when a span begins behind what is stored and what the spans before it bring.
    """
    moved: dict[Place, int] = {}
    fresh: list[Record] = []
    for span in spans:
        at = moved.get(span.place, stored.get(span.place, 0))
        if span.begin > at:
            raise Hole(span.place, at, span.begin)
        if span.end > at:
            fresh.extend(record for record in span.records if record.offset >= at)
            moved[span.place] = span.end
    return moved, fresh
