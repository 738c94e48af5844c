"""Nodes and workers of the scaled-out home, beside a store and topics of a test's own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from api.engines.node import Node
from api.wiring import make_worker
from streams.kafka import admin
from streams.scaled.around import Around
from streams.store.postgres import make_store
from streams.tracing import UNTRACED, Tracer
from streams.workers.app import Plan
from tests.api.houses import Parts, Site, opened
from tests.databases import temporary_database

PATIENCE_SECONDS = 60


@pytest.fixture
async def parts(kafka: str, prefix: str) -> AsyncIterator[Parts]:
    """A store and topics of this test's own."""
    await admin.create(kafka, prefix=prefix, partitions=2)
    with temporary_database("store", make_store) as store:
        yield Parts(store=store, kafka=kafka, topics=prefix)


@asynccontextmanager
async def running(home: Path, parts: Parts, tracer: Tracer | None = None) -> AsyncIterator[Site]:
    """Give a node in its lifespan."""
    with opened(home, parts=parts, tracer=tracer) as site:
        async with site.app.router.lifespan_context(site.app):
            yield site


@asynccontextmanager
async def working(parts: Parts, tracer: Tracer = UNTRACED) -> AsyncIterator[None]:
    """Run a worker in the body."""
    plan = Plan(kafka=parts.kafka, group=parts.topics, prefix=parts.topics, session_seconds=6)
    worker = make_worker(plan, parts.store, tracer=tracer)
    work = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await work


def node_of(site: Site) -> Node:
    """Return the engine of a node."""
    engine = site.house.engine
    assert isinstance(engine, Node)
    return engine


async def seen_applied(site: Site) -> Around:
    """Return what a node sees once nothing waits for the workers any more."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            around = await node_of(site).watch.look()
            if around.lag and not around.waiting:
                return around
