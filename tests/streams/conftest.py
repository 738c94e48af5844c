"""Every test of a store runs over both homes."""

from collections.abc import Iterator

import pytest

from tests.homes import HOMES, HomeKind, Stores, some_stores


@pytest.fixture(scope="module", params=HOMES)
def home(request: pytest.FixtureRequest) -> HomeKind:
    """Give the kind of home that stores are made of."""
    kind: HomeKind = request.param
    return kind


@pytest.fixture
def stores(home: HomeKind) -> Iterator[Stores]:
    """Give what makes stores."""
    with some_stores(home) as found:
        yield found
