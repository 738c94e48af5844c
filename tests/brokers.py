"""Real Kafka for tests: one broker for the whole run with a prefix of topics for each test, and brokers to kill."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from api.cluster.brokers import Brokers
from tests.shared import one_at_a_time, shared_folder

_SHARED = "kafka"


@cache
def _brokers() -> Brokers:
    """Return the broker of the run, started by whoever needs it first."""
    with one_at_a_time(_SHARED) as folder:
        brokers = Brokers(folder)
        brokers.start()
        return brokers


def stop_shared_brokers() -> None:
    """End the broker of the run, if anybody needed it."""
    if (shared_folder() / _SHARED).exists():
        Brokers(shared_folder() / _SHARED).kill()


@pytest.fixture(scope="session")
def kafka() -> str:
    """Return host:port of the one broker of the run. Never stop it: other tests use it at the same time."""
    return _brokers().address


@pytest.fixture
def prefix() -> str:
    """Return a prefix for topics that no other test has."""
    return f"t{secrets.token_hex(6)}"


@contextmanager
def running_brokers(count: int = 1) -> Iterator[Brokers]:
    """Give brokers that a test may stop and kill."""
    with TemporaryDirectory(prefix="paceline-kafka-") as folder:
        brokers = Brokers(Path(folder), count=count)
        try:
            brokers.start()
            yield brokers
        finally:
            brokers.kill()


@pytest.fixture
def own_brokers() -> Iterator[Brokers]:
    """Give a running broker of the test's own."""
    with running_brokers() as brokers:
        yield brokers
