"""Money: major units at the doors, whole minor units inside, shares to the last unit."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.money import (
    ScaleError,
    from_minor,
    is_currency,
    minor_digits,
    split_largest_remainder,
    to_minor,
)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("1054.00", "USD", 105_400),
        ("0.1", "EUR", 10),
        ("7", "JPY", 7),
        ("7.0", "JPY", 7),
        ("1.234", "BHD", 1_234),
        ("0.0001", "CLF", 1),
        ("-2.50", "USD", -250),
        ("999999999999999.99", "USD", 99_999_999_999_999_999),
    ],
)
def test_an_amount_becomes_whole_minor_units(amount: str, currency: str, minor: int) -> None:
    """A decimal string is exact in the minor units of its currency."""
    assert to_minor(amount, currency) == minor
    assert from_minor(minor, currency) == Decimal(amount)


@pytest.mark.parametrize(("amount", "currency"), [("1.001", "USD"), ("1.5", "JPY"), ("9" * 17, "USD"), ("x", "USD")])
def test_an_impossible_scale_is_refused(amount: str, currency: str) -> None:
    """More places than the currency has, too much of it, or no number, is no amount."""
    with pytest.raises(ScaleError):
        to_minor(amount, currency)


def test_places_are_those_of_iso_4217() -> None:
    """Yen have none, dinars three, dollars two; a code in lower case or unknown is no currency."""
    assert [minor_digits(code) for code in ("JPY", "BHD", "CLF", "USD")] == [0, 3, 4, 2]
    assert [is_currency(code) for code in ("CNY", "JPY", "usd", "XYZ", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_amounts_are_shown_with_all_their_places() -> None:
    """Zero dollars are 0.00, and a thousand yen have no point."""
    assert [str(from_minor(0, "USD")), str(from_minor(1000, "JPY")), str(from_minor(5, "BHD"))] == [
        "0.00",
        "1000",
        "0.005",
    ]


def test_leftover_units_go_to_the_largest_remainders() -> None:
    """A cent too much goes to the larger remainder, and among equals to the earlier share."""
    assert split_largest_remainder(100, [3334, 3333, 3333]) == [34, 33, 33]
    assert split_largest_remainder(1, [5000, 5000]) == [1, 0]
    assert split_largest_remainder(10, [3333, 6667]) == [3, 7]
    assert split_largest_remainder(-1, [5000, 5000]) == [-1, 0]


SHARES = (
    st.lists(st.integers(0, 10_000), min_size=1, max_size=6)
    .map(sorted)
    .map(lambda cuts: [high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True)])
)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(total=st.integers(-(10**12), 10**12), shares=SHARES)
def test_shares_sum_to_the_whole_and_are_fair_to_a_unit(total: int, shares: list[int]) -> None:
    """Parts sum to the total exactly, and none is a unit or more away from its exact share."""
    parts = split_largest_remainder(total, shares)
    assert sum(parts) == total
    assert all(abs(part * 10_000 - total * share) < 10_000 for part, share in zip(parts, shares, strict=True))
