"""What handlers need of whatever runs: somewhere to put deliveries, care for the store, and how it is doing."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.submission import Outcome
from streams.scaled.around import Around

Given = TypeVar("Given")
# A measurement: its name without `paceline_`, what it is, and its value.
Measure = tuple[str, str, float]


class Engine(Protocol):
    """Runs between `start` and `stop`; everything is called in the event loop of the server."""

    async def start(self) -> None:
        """Begin."""
        ...

    async def stop(self) -> None:
        """End what was begun; twice is once."""
        ...

    async def submit(self, job: Job) -> list[Outcome]:
        """Take deliveries and return what became of each once they can no longer be lost.

        Raise `Refusal` when an atomic job was not taken as a whole; `Overloaded`, `StoreFailed` or `LogAway` when
        nothing of it was taken.
        """
        ...

    async def care(self, run: Callable[[Ledger, int], Given]) -> Given:
        """Do something to the store that is no delivery, given the time; return what it returns."""
        ...

    async def trouble(self) -> str:
        """Return why no delivery can be taken now, empty when they can."""
        ...

    def around(self) -> Around | None:
        """Return what is known of the other parts of the home; None when it has none, or nobody has looked yet."""
        ...

    def measures(self) -> Iterator[Measure]:
        """Yield what is measured of this engine."""
        ...
