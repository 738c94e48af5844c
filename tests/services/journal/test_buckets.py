"""Duration buckets: a minute wide up to two hours, then two per cent, reported at the middle."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.journal.buckets import MINUTE_US, bucket_of, middle_seconds


@pytest.mark.parametrize(
    ("minutes", "bucket"),
    [(0, 0), (0.99, 0), (1, 1), (10, 10), (119.99, 119), (120, 120), (122.9, 120), (123, 121)],
)
def test_buckets_are_a_minute_wide_up_to_two_hours(minutes: float, bucket: int) -> None:
    """Rule 7: up to two hours every minute is a bucket, and the first wide one is 2 % of two hours."""
    assert bucket_of(int(minutes * MINUTE_US)) == bucket


def test_a_bucket_is_reported_at_its_middle() -> None:
    """Rule 7: ten minutes and something are ten and a half."""
    assert middle_seconds(10) == 630
    assert 7_200 < middle_seconds(120) < 7_344


def test_a_negative_duration_is_none_at_all() -> None:
    """Clocks that disagree do not make a negative time."""
    assert bucket_of(-5 * MINUTE_US) == 0


@settings(max_examples=200, derandomize=True, deadline=None)
@given(minutes=st.integers(120, 60 * 24 * 365 * 3))
def test_the_middle_of_a_long_bucket_is_within_two_per_cent(minutes: int) -> None:
    """Rule 7: what is reported differs by no more than half a bucket and a minute, and never falls as
    time grows.
    """
    found = middle_seconds(bucket_of(minutes * MINUTE_US)) / 60
    assert abs(found - minutes) <= minutes * 0.0102 + 1
    assert bucket_of((minutes + 1) * MINUTE_US) >= bucket_of(minutes * MINUTE_US)
