"""The real models, fetched once for every test run of this user, and small ones that are made up."""

import os
from pathlib import Path

import pytest

from search.models.catalogue import CHINESE, ENGLISH
from search.models.failures import FetchFailed
from search.models.fetch import fetch

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
FOLDER = _CACHE / "paceline" / "models"


def fetched(*names: str) -> Path:
    """Return a folder with real models; without them and without a network the test cannot be run."""
    for name in names or (ENGLISH, CHINESE):
        try:
            fetch(FOLDER, name)
        except FetchFailed as failure:
            pytest.skip(str(failure))
    return FOLDER
