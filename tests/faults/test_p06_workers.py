"""P6: workers that are killed, stopped, and come and go, count every event once."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streams.store.postgres import make_store
from tests.databases import temporary_database
from tests.faults.fleet import Fleet, Ground, check_exact, fleet, sending, settled
from tests.faults.traffic import Facts


@pytest.fixture
def ground(kafka: str, prefix: str, tmp_path: Path) -> Iterator[Ground]:
    """Give a log and a store that nobody has used."""
    with temporary_database("store", make_store) as store:
        yield Ground(kafka=kafka, store=store, prefix=prefix, folder=tmp_path)


def troubles(workers: Fleet, kills: int, rebalances: int) -> list[Callable[[], object]]:
    """Return in some order so many kills, each followed by a new worker, and so many workers that come or go."""

    def killed() -> None:
        workers.kill()
        workers.start()

    def came_or_went() -> None:
        if len(workers.alive) < 4:
            workers.start()
        else:
            workers.leave()

    found: list[Callable[[], object]] = [killed] * kills + [came_or_went] * rebalances
    random.Random(6).shuffle(found)
    return found


async def killed_and_rebalanced(ground: Ground, events: int, kills: int, rebalances: int) -> None:
    """Send facts to three workers while some are killed and others come and go: every one is counted once."""
    facts = Facts(seed=6, deals=events // 12).take(events)
    with fleet(ground) as workers:
        async with sending(ground) as sender:
            for _ in range(3):
                workers.start()
            await sender.flow(facts, troubles(workers, kills, rebalances))
            await settled(ground)
        found = await check_exact(ground, facts)
        assert (found.received, found.applied) == (events + sender.again, events)


async def test_kills_and_rebalances_lose_nothing(ground: Ground) -> None:
    """Three kills and three rebalances among three workers and 15,000 events: exactly 15,000 are counted."""
    await killed_and_rebalanced(ground, 15_000, 3, 3)


@pytest.mark.nightly
async def test_many_kills_and_rebalances_lose_nothing(ground: Ground) -> None:
    """50 kills and 50 rebalances among three workers and 300,000 events: exactly 300,000 are counted."""
    await killed_and_rebalanced(ground, 300_000, 50, 50)
