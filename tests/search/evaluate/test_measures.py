"""The measures, against values computed by hand."""

import math

import pytest

from search.evaluate.measures import ndcg, recall, reciprocal_rank


def test_a_perfect_ranking_is_one() -> None:
    """Best first, nothing left out."""
    assert ndcg(["a", "b"], {"a": 3.0, "b": 1.0}) == 1.0
    assert reciprocal_rank(["a"], {"a": 1.0}) == recall(["a"], {"a": 1.0}, 10) == 1.0


def test_gains_are_discounted_by_place() -> None:
    """The second place counts 1 / log2(3), and what is right but missing lowers the figure."""
    found = ndcg(["x", "a"], {"a": 2.0, "b": 1.0})
    assert found == pytest.approx((2 / math.log2(3)) / (2 + 1 / math.log2(3)))


def test_only_the_first_places_count() -> None:
    """What comes after the depth is not found."""
    ranking = [f"x{number}" for number in range(10)] + ["a"]
    assert ndcg(ranking, {"a": 1.0}) == reciprocal_rank(ranking, {"a": 1.0}) == recall(ranking, {"a": 1.0}, 10) == 0.0
    assert recall(ranking, {"a": 1.0, "b": 1.0}, 100) == 0.5
    assert reciprocal_rank(["x", "y", "a"], {"a": 1.0}) == pytest.approx(1 / 3)
