"""P6: workers that are killed, stopped, and come and go, count every event once."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from streams.ledger.accounting import Accounting, accounting
from streams.store.postgres import make_store, open_postgres
from tests.databases import temporary_database
from tests.faults.fleet import Fleet, Ground, Happening, check_exact, fleet, sending, settled
from tests.faults.traffic import Facts
from tests.stores import Wire


@contextmanager
def fresh(kafka: str, prefix: str, folder: Path) -> Iterator[Ground]:
    """Give a log and a store that nobody has used."""
    with temporary_database("store", make_store) as store:
        yield Ground(kafka=kafka, store=store, prefix=prefix, folder=folder)


@pytest.fixture
def ground(kafka: str, prefix: str, tmp_path: Path) -> Iterator[Ground]:
    """Give a log and a store that nobody has used."""
    with fresh(kafka, prefix, tmp_path) as found:
        yield found


def troubles(workers: Fleet, kills: int, rebalances: int) -> list[Happening]:
    """Return in some order so many kills, each followed by a new worker, and so many workers that come or go."""

    async def killed() -> None:
        await workers.kill()
        workers.start()

    async def came_or_went() -> None:
        if len(workers.alive) < 4:
            workers.start()
        else:
            await workers.leave()

    found: list[Happening] = [killed] * kills + [came_or_went] * rebalances
    random.Random(6).shuffle(found)
    return found


async def killed_and_rebalanced(ground: Ground, events: int, kills: int, rebalances: int) -> None:
    """Send facts to three workers while some are killed and others come and go: every one is counted once."""
    # So close together that the last of them lies in the past too.
    facts = Facts(seed=6, deals=events // 12, step_seconds=900).take(events)
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


async def stopped_and_woken(ground: Ground, rounds: int) -> None:
    """Stop workers in the midst of their work for so long that others take over, then wake them, so many times."""
    facts = Facts(seed=16, deals=200)
    sent: list[Wire] = []
    with fleet(ground) as workers:
        async with sending(ground) as sender:

            async def send(count: int) -> None:
                sent.extend(facts.take(count))
                await sender.flow(sent[-count:], each=100)

            for _ in range(3):
                workers.start()
            await send(500)
            done = 0
            while done < rounds:
                # Two at once where two are due, so that one must do the work of all.
                for worker in workers.alive[done % 3 :][: min(rounds - done, 2)]:
                    workers.stop(worker)
                    done += 1
                await send(600)
                # Every partition has something new: what the stopped ones had is applied by others now.
                await sender.arrived()
                workers.go_on()
                await send(300)
            await settled(ground)
        found = await check_exact(ground, sent)
        assert (found.received, found.applied) == (len(sent) + sender.again, len(sent))


async def test_who_was_thought_dead_repeats_nothing(ground: Ground) -> None:
    """Workers that stand still for longer than their session, three times, find that others have gone on."""
    await stopped_and_woken(ground, 3)


@pytest.mark.nightly
async def test_who_was_often_thought_dead_repeats_nothing(ground: Ground) -> None:
    """The same 20 times."""
    await stopped_and_woken(ground, 20)


async def died_between(ground: Ground, bug: str) -> Accounting:
    """Let a worker with a bug die after its third batch and another finish; return the accounting."""
    facts = Facts(seed=26, deals=100).take(1_500)
    with fleet(ground) as workers:
        async with sending(ground) as sender:
            mortal = workers.start(bug)
            flow = asyncio.create_task(sender.flow(facts, each=50))
            await workers.fallen(mortal)
            workers.start()
            await flow
            await settled(ground)
    with closing(open_postgres(ground.store)) as connection:
        return accounting(connection)


async def test_a_death_between_commit_and_log_repeats_nothing(kafka: str, prefix: str, tmp_path: Path) -> None:
    """A worker that dies after its commit, before the log knows, leaves nothing to be counted twice.

    Controls: one that writes its offsets first, in a transaction of their own, loses what it had in hand, and one that
    writes them in a transaction afterwards lets events be received twice; both are noticed.
    """
    bugs = ("mortal", "early", "late")
    with ExitStack() as stores:
        grounds = [stores.enter_context(fresh(kafka, f"{prefix}-{bug}", tmp_path)) for bug in bugs]
        right, early, late = await asyncio.gather(*map(died_between, grounds, bugs))
    assert (right.received, right.applied, right.gap) == (1_500, 1_500, 0)
    assert early.applied < 1_500
    assert (late.received > 1_500, late.applied) == (True, 1_500)
