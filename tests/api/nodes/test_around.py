"""What a node knows of the parts around it: the lag of the workers with its age, who is there and what is away."""

import asyncio
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from api.cluster.brokers import Brokers
from api.cluster.database import Database
from streams.kafka import admin
from streams.kafka.topics import families
from streams.scaled.around import by_topic
from streams.store.postgres import make_store
from tests.api.houses import Parts, Site, send, send_batch
from tests.api.nodes.nodes import PATIENCE_SECONDS, node_of, parts, running, seen_applied, working
from tests.builders import deal

__all__ = ["parts"]


async def measured(site: Site) -> dict[str, dict[tuple[str, ...], float]]:
    """Return what a node measures, by name and the values of labels in the order of their names."""
    async with site.client() as client:
        text = (await client.get("/metrics")).text
    return {
        family.name: {
            tuple(value for _, value in sorted(sample.labels.items())): sample.value for sample in family.samples
        }
        for family in text_string_to_metric_families(text)
    }


async def test_lag_and_its_age_until_a_worker_comes(tmp_path: Path, parts: Parts) -> None:
    """What no worker has applied is counted for its partition, with its age; a worker that comes brings it to 0."""
    async with running(tmp_path, parts) as site:
        async with site.client() as client:
            for number in range(3):
                await send(client, deal("one", "2017-03-01") | {"id": f"e{number}"})
        first = await node_of(site).watch.look()
        (behind,) = [one for one in first.lag if one.records]
        assert (behind.topic, behind.next_offset, behind.records) == (f"{parts.topics}.deals", 0, 3)
        assert first.workers == 0 and first.nodes == 1
        place = (str(behind.partition), behind.topic)

        # The records carry the time of this machine, and the clock of the house is set by hand.
        site.clock.now_us = 4_102_444_800_000_000
        await node_of(site).watch.look()
        found = await measured(site)
        assert found["paceline_consumer_lag_events"][place] == 3
        age = found["paceline_consumer_lag_seconds"][place]
        site.clock.now_us += 60_000_000
        await node_of(site).watch.look()
        found = await measured(site)
        assert found["paceline_consumer_lag_seconds"][place] == age + 60
        assert len(found["paceline_consumer_lag_events"]) == 2 * len(families(parts.topics))
        assert found["paceline_workers_connected"][()] == 0

        async with working(parts):
            around = await seen_applied(site)
        assert around.workers == 1
        found = await measured(site)
        assert set(found["paceline_consumer_lag_events"].values()) == {0}
        assert set(found["paceline_consumer_lag_seconds"].values()) == {0}
        assert found["paceline_kafka_reachable"][()] == found["paceline_workers_connected"][()] == 1


async def test_lag_is_summed_by_topic(tmp_path: Path, parts: Parts) -> None:
    """For people, all partitions of a topic are one line: what waits in them, and the oldest of it."""
    async with running(tmp_path, parts) as site, site.client() as client:
        await send_batch(client, [deal(f"d{number}", "2017-03-01") for number in range(20)])
        around = await node_of(site).watch.look()
        lines = {line.topic: line for line in by_topic(around.lag)}
    assert set(lines) == set(families(parts.topics))
    assert lines[f"{parts.topics}.deals"].records == around.waiting == 2
    assert lines[f"{parts.topics}.org"].records == 0


async def test_what_is_away_is_said_and_comes_back(
    tmp_path: Path, own_brokers: Brokers, prefix: str, own_database: Database
) -> None:
    """Without Kafka no lag is told, without the store no worker; missing topics are named; all comes back by itself."""
    make_store(own_database.address())
    parts = Parts(store=own_database.address(), kafka=own_brokers.address, topics=prefix)
    async with running(tmp_path, parts) as site:
        watch = node_of(site).watch
        assert (await watch.look()).missing == families(prefix)
        await admin.create(own_brokers.address, prefix=prefix, partitions=1)
        assert len((await watch.look()).lag) == len(families(prefix))
        own_database.kill()
        found = await watch.look()
        assert (found.workers, found.lag, found.missing, found.kafka_away) == (None, (), (), "")
        own_brokers.kill()
        found = await watch.look()
        assert found.kafka_away and found.workers is None
        own_database.start()
        found = await watch.look()
        assert found.kafka_away and found.workers == 0
        values = await measured(site)
        assert values["paceline_kafka_reachable"][()] == 0
        assert "paceline_consumer_lag_events" not in values
        own_brokers.start()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await watch.look()).kafka_away:
                pass
        assert set((await measured(site))["paceline_consumer_lag_events"].values()) == {0}


async def test_the_health_page_of_a_node(tmp_path: Path, parts: Parts) -> None:
    """It says whether Kafka answers, how much waits in each topic and for how long, and that no worker is there."""
    async with running(tmp_path, parts) as site, site.client() as client:
        await send(client, deal("one", "2017-03-01"))
        site.clock.now_us = 4_102_444_800_000_000
        await node_of(site).watch.look()
        found, page = (await client.get("/api/health")).json(), (await client.get("/health")).text
        assert found["status"] == "wrong"
        assert [remark["code"] for remark in found["remarks"]] == ["no_worker", "lag"]
        assert (found["around"]["kafka"], found["around"]["workers"], found["around"]["nodes"]) == (True, 0, 1)
        (behind,) = [line for line in found["around"]["lag"] if line["records"]]
        assert (behind["topic"], behind["records"]) == (f"{parts.topics}.deals", 1)
        assert behind["oldest_seconds"] > 60
        for said in ("paceline work", f"{parts.topics}.tickets", "nothing waits", "PostgreSQL"):
            assert said in page
        async with working(parts):
            await seen_applied(site)
            found = (await client.get("/api/health")).json()
    assert [remark["code"] for remark in found["remarks"]] == ["backup_old"]
    assert found["store"]["accounting"]["applied"] == 1
