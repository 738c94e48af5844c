"""The judged documents, indexed once with the real models."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.evaluate.folder import Judged, read_folder
from search.evaluate.run import index, own_engine
from search.models.embedder import Embedder
from search.ranking.searcher import Searcher
from tests.search.models.shared import fetched


@pytest.fixture(scope="session")
def judged() -> Judged:
    """Return the judgements of this folder."""
    return read_folder(Path(__file__).parent)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """Return the real embedder."""
    return Embedder(fetched())


@pytest.fixture(scope="session")
def searcher(judged: Judged, embedder: Embedder) -> Iterator[Searcher]:
    """Give a searcher over the judged documents."""
    with own_engine(embedder.width) as engine:
        index(engine, judged.documents, embedder, lambda step, done: None)
        yield Searcher(engine, embedder)
