"""Sizes of companies in bands."""

import pytest

from services.deals.bands import neighbours, size_band


@pytest.mark.parametrize(
    ("size", "band"),
    [
        ("120", "51-200"),
        ("51-200", "51-200"),
        ("1,200 employees", "1001-5000"),
        ("5001+", "5001+"),
        ("1000+", "1001-5000"),
        ("Mid-Market", "mid-market"),
        ("中型", "中型"),
        ("", ""),
    ],
)
def test_a_size_has_a_band(size: str, band: str) -> None:
    """Numbers fall into bands; words are bands of their own."""
    assert size_band(size) == band


def test_bands_beside_each_other_are_neighbours() -> None:
    """The first has one, those between have two, and a word has none."""
    assert neighbours("1-10") == ("11-50",)
    assert neighbours("51-200") == ("11-50", "201-1000")
    assert neighbours("mid-market") == ()
