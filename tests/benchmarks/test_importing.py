"""The benchmark of imports measures what it says it does."""

from benchmarks.importing import run


def test_a_small_run_imports_every_row() -> None:
    """A small run imports each row once, in the bare pass and twice over the command line."""
    costs = run(rows=50)
    assert {name: cost.rows for name, cost in costs.items()} == {"bare": 50, "first": 50, "again": 50}
    assert all(cost.cpu_seconds > 0 for name, cost in costs.items() if name != "bare")
