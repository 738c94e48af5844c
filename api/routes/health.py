"""Health and measurements, for those who run Paceline."""

import platform
import sqlite3
import time
from collections.abc import Iterator, Sequence

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from api.asking import HouseHere
from api.problems import problem
from api.render import wellbeing_json
from api.responses import json_response
from api.searching.render import status_json
from api.settings import VERSION
from api.upkeep import backup_age_seconds, disk_free
from api.wellbeing import wellbeing
from api.wiring import House
from streams.kafka.lag import Lag
from streams.ledger.accounting import accounting, by_reason

router = APIRouter(tags=["health"])

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/livez")
async def livez() -> Response:
    """Say that the process answers; depends on nothing else."""
    return Response("ok", media_type="text/plain")


@router.get("/readyz")
async def readyz(house: HouseHere) -> Response:
    """Say whether events can be taken and would be kept."""
    trouble = await house.engine.trouble()
    if trouble:
        return problem(503, "not_ready", trouble, headers={"Retry-After": "5"})
    return Response("ok", media_type="text/plain")


@router.get("/api/health")
async def health(house: HouseHere) -> Response:
    """Say how everything is: what the page `/health` says, for programs. `status` is well, watch or wrong."""
    found = await wellbeing(house)
    return json_response({**wellbeing_json(found), "search": status_json(found.search)})


@router.get("/metrics")
def metrics(house: HouseHere) -> Response:
    """Return measurements for Prometheus; none is told apart by source, person or id, of which there is no end."""
    registry = CollectorRegistry()
    registry.register(_Counts(house))
    registry.register(house.door.acknowledgements)
    versions = {"version": VERSION, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    Gauge("paceline_build_info", "What runs; always 1.", list(versions), registry=registry).labels(**versions).set(1)
    for name, what, value in _values(house):
        Gauge(f"paceline_{name}", what, registry=registry).set(value)
    around = house.engine.around()
    if around is not None and around.lag:
        _measure_lag(registry, around.lag)
    return Response(generate_latest(registry), media_type=TEXT)


def _measure_lag(registry: CollectorRegistry, lag: Sequence[Lag]) -> None:
    """Add how far behind the workers are in each partition of the log."""
    events = "Records of the log that no worker has applied yet; each holds one event, or up to 500 under load."
    seconds = "Age of the oldest record that no worker has applied yet."
    labels = ["topic", "partition"]
    waiting = Gauge("paceline_consumer_lag_events", events, labels, registry=registry)
    age = Gauge("paceline_consumer_lag_seconds", seconds, labels, registry=registry)
    for one in lag:
        waiting.labels(one.topic, one.partition).set(one.records)
        age.labels(one.topic, one.partition).set(one.oldest_seconds)


def _values(house: House) -> Iterator[tuple[str, str, float]]:
    """Yield the name, the meaning and the value of everything that is measured now."""
    connection = house.questions.connection()
    open_letters = "FROM dead_letters WHERE status = 'open'"
    letters, oldest_us = connection.execute(f"SELECT COUNT(*), MIN(received_us) {open_letters}").fetchone()
    age_us = 0 if oldest_us is None else max(house.clock() - oldest_us, 0)
    yield "dlq_rows", "Open dead letters.", letters
    yield "dlq_oldest_age_seconds", "Age of the oldest open dead letter.", age_us / 1e6
    yield "sse_clients", "Viewers of live boards.", house.live.viewers
    yield from house.engine.measures()
    gap = accounting(connection).gap
    yield "accounting_gap", "Deliveries unaccounted for; anything but 0 is a defect.", gap
    home, now_us = house.settings.home, house.clock()
    yield "disk_free_ratio", "Share of the disk of the data folder that is free.", disk_free(home)
    yield (
        "backup_age_seconds",
        "Age of the newest backup; +Inf when none is known of.",
        backup_age_seconds(home, now_us),
    )
    yield "uptime_seconds", "Time since the start.", time.monotonic() - house.started


class _Counts(Collector):
    """The accounting as counters."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> list[CounterMetricFamily]:
        """Return the counters as they stand."""
        found = accounting(self._house.questions.connection())
        counts = {
            "received": found.received,
            "accepted": found.applied,
            "duplicate": found.duplicate,
            "rejected": found.rejected,
            "dead_lettered": found.dead_letters,
            "repeated": found.repeated,
        }
        reasons = CounterMetricFamily(
            "paceline_events_dead_lettered_by_reason", "Deliveries dead lettered, by reason.", labels=["reason"]
        )
        for reason, value in by_reason(self._house.questions.connection()).items():
            reasons.add_metric([reason], value)
        return [
            *(
                CounterMetricFamily(f"paceline_events_{name}", f"Deliveries {name}.", value=value)
                for name, value in counts.items()
            ),
            reasons,
        ]
