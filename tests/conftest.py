"""Fixtures for every test, and what one test run shares between its processes."""

import os

import pytest

from tests.brokers import kafka, own_brokers, prefix, stop_shared_brokers
from tests.databases import database, own_database, stop_shared_database
from tests.shared import make_shared_folder, remove_shared_folder

__all__ = ["database", "kafka", "own_brokers", "own_database", "prefix"]


def _is_first(config: pytest.Config) -> bool:
    """Return whether this is the process that started the others."""
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Begin."""
    if _is_first(config):
        make_shared_folder()
        # Brokers of tests live for seconds: what makes Java fast in the long run only costs them their start.
        os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the run has started."""
    if _is_first(config):
        stop_shared_brokers()
        stop_shared_database()
        remove_shared_folder()
