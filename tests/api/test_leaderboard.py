"""The leaderboard: which period it opens on."""

from pathlib import Path

from api.leaderboard import usual_period
from tests.builders import Store, order


def test_old_numbers_open_where_they_are(tmp_path: Path) -> None:
    """Without a period a board is of this quarter, or of the last that has numbers when those are older."""
    store = Store(tmp_path, now="2018-01-10T00:00:00Z")
    questions = store.questions()
    assert usual_period(questions) == "this-quarter"
    store.send(order("1", "2016-11-05"))
    assert usual_period(questions) == "2016-Q4"
    store.send(order("2", "2018-01-05"))
    assert usual_period(questions) == "this-quarter"
    questions.close()
