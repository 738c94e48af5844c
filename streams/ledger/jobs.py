"""Jobs for the writer: submissions that belong together, and what can go wrong with them."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from services.errors import PacelineError
from streams.projection.submission import Outcome, Submission


class Overloaded(PacelineError):
    """More is arriving than can be written."""

    def __init__(self) -> None:
        super().__init__("More events are arriving than can be written. Try again in a moment; nothing was stored.")


class Refusal(PacelineError):
    """A group that had to be applied as a whole was not, because of some of its items."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = tuple(outcomes)
        super().__init__("The batch was not applied because some of its items could not be.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The response to a request with an Idempotency-Key, kept in the transaction of its events."""

    key: bytes
    request: bytes
    status: int
    body: bytes


@dataclass(slots=True)
class Job:
    """Submissions that belong together.

    :ivar rejected: how many deliveries by source the door refused beside them; they are counted, not kept.
    :ivar atomic: all or nothing.
    :ivar answer: makes the answer to be kept from the outcomes.
    :ivar trace: the `traceparent` of whoever handed it over, empty when nobody traces.
    """

    items: Sequence[Submission]
    rejected: dict[str, int] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    atomic: bool = False
    answer: Callable[[list[Outcome]], Answer] | None = None
    trace: str = ""
    future: Future[list[Outcome]] = field(default_factory=Future)

    def counted(self) -> Counter[tuple[str, str]]:
        """Return what the door has counted of it, by (name of the counter, source)."""
        found: Counter[tuple[str, str]] = Counter()
        for source, count in self.rejected.items():
            found["received", source] += count
            found["rejected", source] += count
        for source, count in self.repeated.items():
            found["repeated", source] += count
        return found


@dataclass(frozen=True, slots=True)
class Call:
    """Something else that only the writer may do, given the time; it runs alone, between transactions."""

    do: Callable[[int], None]
