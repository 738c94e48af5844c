"""A store that was put back to an earlier state reads what it lacks from the log, though the group has read further."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from streams.store.postgres import make_store
from tests.databases import temporary_database
from tests.faults.fleet import Ground, check_exact, fleet, received, sending, settled, until
from tests.faults.traffic import Facts


@pytest.fixture
def stores() -> Iterator[list[str]]:
    """Give the addresses of two empty stores."""
    with ExitStack() as opened:
        yield [opened.enter_context(temporary_database("store", make_store)) for _ in range(2)]


async def test_what_a_store_lacks_is_read_again(kafka: str, prefix: str, stores: list[str], tmp_path: Path) -> None:
    """An empty store in the place of one that had everything comes to the same, without a new record in the log."""
    facts = Facts(seed=30, deals=80).take(1_000)
    ground = Ground(kafka=kafka, store=stores[0], prefix=prefix, folder=tmp_path)
    with fleet(ground) as workers:
        async with sending(ground) as sender:
            workers.start()
            await sender.flow(facts)
            await settled(ground)
            await workers.leave()
        workers.ground = earlier = replace(ground, store=stores[1])
        workers.start()
        await until(lambda: received(earlier.store) == len(facts))
    found = await check_exact(earlier, facts)
    assert found.applied == len(facts)
