"""The real embedder, loaded once for all tests of a process."""

from pathlib import Path

import pytest

from search.models.embedder import Embedder
from tests.search.models.shared import fetched


@pytest.fixture(scope="session")
def models() -> Path:
    """Return the folder with the real models."""
    return fetched()


@pytest.fixture(scope="session")
def embedder(models: Path) -> Embedder:
    """Return the real embedder."""
    return Embedder(models)
