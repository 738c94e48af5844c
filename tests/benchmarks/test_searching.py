"""The benchmark of searching measures what it says it does."""

from benchmarks.searching import measure


def test_a_small_run_measures_every_step() -> None:
    """A small run gives CPU and wall time, shares that add up, and an engine that finds what an exact scan finds."""
    figures = {figure.name: figure.value for figure in measure(200, questions=20)}
    shares = [value for name, value in figures.items() if name.startswith("share of")]
    assert len(shares) == 5 and abs(sum(shares) - 100) < 1e-6
    assert figures["CPU of a question, p99"] >= figures["CPU of a question, p50"] > 0
    assert figures["qdrant-edge, recall@10 of the exact scan"] >= 0.99
    assert figures["the client's local mode, recall@10 of the exact scan"] >= 0.99
