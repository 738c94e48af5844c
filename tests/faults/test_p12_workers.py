"""P12: while Kafka or the database is away, cut off or slow, workers wait; everything is counted once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from api.cluster.broker import Broker
from api.cluster.brokers import Brokers
from api.cluster.database import Database
from api.cluster.nodes import free_nodes
from streams.store.postgres import make_store
from tests.databases import temporary_database
from tests.faults.fleet import Ground, Happening, check_exact, fleet, sending, settled
from tests.faults.proxy import Proxy, Trouble, proxied
from tests.faults.traffic import Facts

TROUBLES: tuple[Trouble, ...] = ("late", "refuse", "reset", "black_hole", "half_close")


def restarted(server: Brokers | Database) -> Happening:
    """Return what kills a server as a crash would, and starts it again."""

    def restart() -> Awaitable[None]:
        server.kill()
        return asyncio.to_thread(server.start)

    return restart


async def held_and_released(ground: Ground, events: int, troubles: Sequence[Happening], workers: int = 2) -> None:
    """Send facts to workers while there is trouble: every one is counted once."""
    facts = Facts(seed=12, deals=events // 12).take(events)
    with fleet(ground) as working:
        async with sending(ground) as sender:
            for _ in range(workers):
                working.start()
            await sender.flow(facts[:200], each=50)
            await sender.arrived()
            await sender.flow(facts[200:], troubles, each=50)
            await settled(ground)
        found = await check_exact(ground, facts)
        assert (found.received, found.applied) == (events + found.duplicate, events)
        assert found.duplicate <= sender.again
        assert len(working.alive) == workers
        while working.alive:
            await working.leave()


async def crashes(brokers: Brokers, database: Database, folder: Path, prefix: str, times: int) -> None:
    """Kill broker and database so many times in turn."""
    store = database.address("postgres")
    make_store(store)
    ground = Ground(kafka=brokers.address, store=store, prefix=prefix, folder=folder)
    await held_and_released(ground, 2_000 * times, [restarted(database), restarted(brokers)] * times)


async def test_a_log_and_a_store_that_crash_lose_nothing(
    own_brokers: Brokers, own_database: Database, prefix: str, tmp_path: Path
) -> None:
    """The broker and the database are killed three times each while events flow."""
    await crashes(own_brokers, own_database, tmp_path, prefix, 3)


@pytest.mark.nightly
async def test_a_log_and_a_store_that_often_crash_lose_nothing(
    own_brokers: Brokers, own_database: Database, prefix: str, tmp_path: Path
) -> None:
    """The same ten times each."""
    await crashes(own_brokers, own_database, tmp_path, prefix, 10)


class RoundaboutBroker(Broker):
    """A broker with a second address, at which it tells everybody to look for it at a third."""

    second, told = 0, 0

    def _format(self, cluster_id: str) -> None:
        super()._format(cluster_id)
        path = self.folder / "server.properties"
        lines = dict(line.split("=", 1) for line in path.read_text().splitlines())
        lines["listeners"] += f",ROUNDABOUT://127.0.0.1:{self.second}"
        lines["advertised.listeners"] += f",ROUNDABOUT://127.0.0.1:{self.told}"
        lines["listener.security.protocol.map"] += ",ROUNDABOUT:PLAINTEXT"
        path.write_text("\n".join(f"{name}={value}" for name, value in lines.items()))


@asynccontextmanager
async def behind_proxies(folder: Path, prefix: str, store: str) -> AsyncIterator[tuple[Ground, Proxy, Proxy]]:
    """Give a log and a store that workers reach through proxies, and these."""
    (node, spare) = free_nodes(2)
    host, _, port = store.rpartition("@")[2].partition("/")[0].partition(":")
    async with proxied("127.0.0.1", spare.port) as kafka, proxied(host, int(port)) as postgres:
        broker = RoundaboutBroker(folder / "kafka", node, [node])
        broker.second, broker.told = spare.port, kafka.port
        try:
            await asyncio.to_thread(broker.launch, "cm91bmRhYm91dC1icm9rZQ")
            await asyncio.to_thread(broker.wait, asyncio.get_running_loop().time() + 90)
            ground = Ground(kafka=broker.address, store=store, prefix=prefix, folder=folder)
            behind = replace(
                ground,
                worker_kafka=f"127.0.0.1:{kafka.port}",
                worker_store=store.replace(f":{port}/", f":{postgres.port}/"),
            )
            yield behind, kafka, postgres
        finally:
            broker.kill()


@pytest.fixture
def store() -> Iterator[str]:
    """Give the address of an empty store."""
    with temporary_database("store", make_store) as address:
        yield address


async def troubled(folder: Path, prefix: str, store: str, seconds: float) -> None:
    """Make every trouble on the way to the log and on the way to the store, for so long each."""
    async with behind_proxies(folder, prefix, store) as (ground, kafka, postgres):

        def trouble(proxy: Proxy, kind: Trouble) -> Happening:
            async def make() -> None:
                proxy.begin(kind)
                await asyncio.sleep(seconds)
                proxy.end()

            return make

        happening = [trouble(proxy, kind) for kind in TROUBLES for proxy in (postgres, kafka)]
        await held_and_released(ground, 300 * len(happening), happening)
        assert kafka.passed
        assert postgres.passed


async def test_trouble_on_the_way_loses_nothing(prefix: str, tmp_path: Path, store: str) -> None:
    """Delays, cuts, resets, black holes and half-closed connections, on the way to log and store."""
    await troubled(tmp_path, prefix, store, 0.5)


@pytest.mark.nightly
async def test_long_trouble_on_the_way_loses_nothing(prefix: str, tmp_path: Path, store: str) -> None:
    """The same for a minute each."""
    await troubled(tmp_path, prefix, store, 60.0)
