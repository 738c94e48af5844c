"""One engine of each kind, opened once and emptied before each test: making one waits for the disk."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from search.index.port import Engine, Field, Where
from tests.search.index.engines import ENGINES, opened

COMPANIES = Where(must=(Field(name="tenant", values=("a", "b", "company")),))


@pytest.fixture(scope="session", params=ENGINES)
def shared_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give an engine that all tests of a process use."""
    folder: Path = tmp_path_factory.mktemp("engine")
    with ExitStack() as stack:
        yield stack.enter_context(opened(request.param, folder))


@pytest.fixture
def engine(shared_engine: Engine) -> Engine:
    """Return an empty engine."""
    shared_engine.remove(COMPANIES)
    return shared_engine
