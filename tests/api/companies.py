"""The sample company behind the real application, told in two halves two hours apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from api.sample.company import sample
from api.sample.facts import Fact, SampleOptions
from services.events.decode import read
from streams.ledger.jobs import Job
from streams.projection.submission import Submission
from tests.api.houses import Clock, Site, opened
from tests.stores import us

NOW = "2026-11-24T16:00:00+00:00"
FIRST_HALF, BETWEEN = "2026-11-24T14:00:00+00:00", "2026-11-24T15:00:00Z"
CHUNK = 500


@contextmanager
def company(home: Path) -> Iterator[Site]:
    """Give the application with half a year of the sample company; the first half was known at `BETWEEN`."""
    made = sample(SampleOptions(now=datetime.fromisoformat(NOW), reps=8, days=200, future_days=1))
    clock = Clock()
    half = len(made.history) // 2
    with opened(home, clock) as site:
        for moment, facts in ((FIRST_HALF, made.history[:half]), (NOW, made.history[half:])):
            clock.set(moment)
            for start in range(0, len(facts), CHUNK):
                site.house.engine.writer.submit(Job(items=_read(facts[start : start + CHUNK]))).result()
        yield site


def _read(facts: list[Fact]) -> list[Submission]:
    return [read(fact, now_us=us(NOW)) for fact in facts]
