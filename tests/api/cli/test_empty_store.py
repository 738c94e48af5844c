"""A store that was killed while it was made is as good as none."""

from pathlib import Path

import pytest

from api.cli.home import has_store, questions, submitting
from api.cli.output import NothingHere
from api.settings import Settings
from streams.embedded.home import STORE


def test_a_store_without_tables_is_no_store_and_can_be_written(tmp_path: Path) -> None:
    """Commands that read say that there is nothing yet; the next import makes the tables."""
    chosen = Settings(home=tmp_path)
    (tmp_path / STORE).touch()
    with pytest.raises(NothingHere), questions(chosen):
        pass
    with submitting(chosen):
        pass
    assert has_store(chosen)
