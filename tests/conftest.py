"""Fixtures for every test, and what one test run shares between its processes."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.brokers import kafka, own_brokers, prefix, stop_shared_brokers
from tests.databases import database, own_database, stop_shared_database
from tests.shared import make_shared_folder, remove_shared_folder

__all__ = ["database", "kafka", "own_brokers", "own_database", "prefix"]

MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 << 30


def _is_first(config: pytest.Config) -> bool:
    """Return whether this is the process that started the others."""
    return not hasattr(config, "workerinput")


def _write_into_memory() -> None:
    """Lay what tests write into memory where there is much of it: thousands of small stores wait for a disk else.

    What was written outlives the sudden end of a process there as on a disk; power cuts have a disk of their own.
    """
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_configure(config: pytest.Config) -> None:
    """Begin."""
    if _is_first(config):
        _write_into_memory()
        make_shared_folder()
        # Brokers of tests live for seconds: what makes Java fast in the long run only costs them their start.
        os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the run has started."""
    if _is_first(config):
        stop_shared_brokers()
        stop_shared_database()
        remove_shared_folder()
