"""Health and measurements: alive, ready, refusing when the store cannot be written, and few series for ever."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.embedded.home import STORE
from streams.ledger.jobs import Job, Overloaded
from tests.api.houses import Site, opened, problem_of, send, send_batch
from tests.builders import deal, event

WANTED = {
    "paceline_events_received",
    "paceline_events_accepted",
    "paceline_events_duplicate",
    "paceline_events_rejected",
    "paceline_events_dead_lettered",
    "paceline_events_dead_lettered_by_reason",
    "paceline_events_repeated",
    "paceline_ingest_ack_seconds",
    "paceline_build_info",
    "paceline_dlq_rows",
    "paceline_dlq_oldest_age_seconds",
    "paceline_sse_clients",
    "paceline_writer_queue_events",
    "paceline_db_wal_bytes",
    "paceline_accounting_gap",
    "paceline_disk_free_ratio",
    "paceline_backup_age_seconds",
    "paceline_uptime_seconds",
}
SERIES_MAX = 2_000


def writable(site: Site, *, yes: bool) -> None:
    """Let SQLite refuse every write of the store's connection, or take them again."""
    site.house.engine.writer.call(
        lambda _: site.house.engine.home.connection.execute(f"PRAGMA query_only={'OFF' if yes else 'ON'}")
    ).result()


class Full(NamedTuple):
    """A full queue: the last job that fitted, and what lets the writer go on."""

    job: Job
    release: Callable[[], None]


@contextmanager
def held_up(site: Site) -> Iterator[Full]:
    """Hold the writer and fill its queue; let it go in the end."""
    gate, last = threading.Event(), Job(items=())
    site.house.engine.writer.call(lambda _: gate.wait())
    try:
        with suppress(Overloaded):
            while True:
                job = Job(items=())
                site.house.engine.writer.submit(job)
                last = job
        yield Full(last, gate.set)
    finally:
        gate.set()


async def test_alive_and_ready(tmp_path: Path) -> None:
    """A house that runs is alive and ready."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            for path in ("/livez", "/readyz"):
                answer = await client.get(path)
                assert (answer.status_code, answer.text) == (200, "ok")


async def test_a_store_that_cannot_be_written(tmp_path: Path) -> None:
    """It is not ready and takes nothing, but lives and shows boards; it recovers without a restart."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            writable(site, yes=False)
            assert (await client.get("/livez")).status_code == 200
            refused = [await client.get("/readyz"), await send(client, deal("one", "2017-03-01"))]
            problem_of(refused[0], 503, "not_ready")
            problem_of(refused[1], 503, "store_failed")
            assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
            assert (await client.get("/api/boards/won_amount")).status_code == 200
            writable(site, yes=True)
            assert (await client.get("/readyz")).status_code == 200
            assert (await send(client, deal("one", "2017-03-01"))).status_code == 202
            assert (await client.get("/api/accounting")).json()["gap"] == 0


@pytest.mark.parametrize("path", ["/api/dead-letters/1/replay", "/api/dead-letters/1/discard"])
async def test_care_that_cannot_be_written(tmp_path: Path, path: str) -> None:
    """Dead letters that cannot be moved now are 503 and stay open."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send(client, event("deal.dreamt_of", "deal/one", "2017-03-01"))
            writable(site, yes=False)
            problem_of(await client.post(path), 503, "store_failed")
            writable(site, yes=True)
            assert len((await client.get("/api/dead-letters")).json()) == 1


async def test_overload_sheds_and_recovers(tmp_path: Path) -> None:
    """Row 46: when too much waits for the writer, 503 says when to come again; nothing was stored, and it recovers."""
    with opened(tmp_path) as site, held_up(site) as last:
        async with site.client() as client:
            for path in ("/readyz", "/metrics", "/api/boards/won_amount"):
                assert (await client.get(path)).status_code == (503 if path == "/readyz" else 200)
            refused = await send(client, deal("one", "2017-03-01"))
            problem_of(refused, 503, "overloaded")
            assert int(refused.headers["retry-after"]) > 0
            last.release()
            await asyncio.wrap_future(last.job.future)
            assert (await send(client, deal("one", "2017-03-01"))).json()["position"] == 1


async def test_a_broken_file_is_503(tmp_path: Path) -> None:
    """Questions to a store whose file is broken are answered 503, without what SQLite held in its pages."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send(client, deal("one", "2017-03-01"))
            with closing(sqlite3.connect(tmp_path / STORE)) as other:
                other.execute("DROP TABLE cells")
                other.commit()
            problem_of(await client.get("/api/boards/deals_created?period=2017-03"), 503, "store_failed")


async def test_what_is_measured(tmp_path: Path) -> None:
    """Every promised name is there with its type and its help, and counts what happened."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            wires = [
                deal("one", "2017-03-01"),
                deal("one", "2017-03-01"),
                event("deal.dreamt_of", "deal/x", "2017-03-01"),
            ]
            await send_batch(client, [*wires, 7])
            site.clock.now_us += 60_000_000
            answer = await client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert {name for name in families if not name.endswith("_created")} == WANTED
    assert all(family.documentation and family.type != "unknown" for family in families.values())
    counts = {family.name: family.samples[0].value for family in families.values() if family.type == "counter"}
    assert counts == {
        "paceline_events_received": 4,
        "paceline_events_accepted": 1,
        "paceline_events_duplicate": 1,
        "paceline_events_rejected": 1,
        "paceline_events_dead_lettered": 1,
        "paceline_events_dead_lettered_by_reason": 1,
        "paceline_events_repeated": 0,
    }
    assert families["paceline_dlq_oldest_age_seconds"].samples[0].value == 60
    (acknowledged,) = [one for one in families["paceline_ingest_ack_seconds"].samples if one.name.endswith("_count")]
    assert acknowledged.value == 1


async def test_series_do_not_grow(tmp_path: Path) -> None:
    """However many sources, people and deals there are, the series stay the same few, without names or ids."""
    wires = [
        deal(f"d{number}", "2017-03-01", owner=f"kanari-{number}") | {"source": f"kanari/{number}"}
        for number in range(1_000)
    ]
    with opened(tmp_path) as site:
        async with site.client() as client:
            before = (await client.get("/metrics")).text
            await send_batch(client, wires)
            after = (await client.get("/metrics")).text
    names = [{line.rpartition(" ")[0] for line in text.splitlines() if line[0] != "#"} for text in (before, after)]
    assert names[0] == names[1]
    assert len(names[1]) < SERIES_MAX
    assert "kanari" not in after
