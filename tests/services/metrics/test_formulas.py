"""The arithmetic that metrics share."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.metrics.formulas import credits, days, distinct, median, percentile, ratio
from services.metrics.purse import Purse
from services.metrics.registry import registry
from services.metrics.row import Row
from services.metrics.sales_velocity import velocity


def row(value: int = 0, n: int = 1, *, subject: str = "", currency: str = "", amount: int = 0, day: int = 0) -> Row:
    """Return a row of sums."""
    return Row("ann", None, currency, day, "", value, subject, n, 10_000 * n, amount)


def test_velocity_of_the_check_case() -> None:
    """50 x 0.3 x 10,000 / 60 = 2,500 a day."""
    assert velocity(50, Fraction(3, 10), Fraction(10_000), Fraction(60)) == 2_500


def test_a_ratio_without_a_denominator_has_no_number() -> None:
    """0 of 0 is nothing, 0 of 4 is 0."""
    assert (ratio(0, 0).number, ratio(0, 4).number, ratio(3, 4).number) == (None, 0, Fraction(3, 4))
    assert ratio(3, 4).sample == 4


def test_credits_are_exact() -> None:
    """Three thirds of deals, 3333 + 3333 + 3334 basis points, are one."""
    assert credits([row()._replace(count_bp=share) for share in (3_333, 3_333, 3_334)]) == 1


def test_distinct_counts_subjects_whose_net_is_not_zero() -> None:
    """A subject that came twice is one, one that came and went is none."""
    rows = [row(subject="a"), row(subject="a"), row(subject="b"), row(subject="b", n=-1)]
    assert distinct(rows) == 1


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    values=st.lists(st.integers(0, 50), min_size=1, max_size=30),
    gone=st.lists(st.integers(0, 50), max_size=10),
)
def test_medians_of_counts_are_medians_of_their_values(values: list[int], gone: list[int]) -> None:
    """Buckets with counts give the median of the plain list, and what was taken back does not matter."""
    rows = [row(value) for value in [*values, *gone]] + [row(value, -1) for value in gone]
    ordered, middle = sorted(values), len(values) // 2
    wanted = ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    assert median(rows, days).number == wanted
    assert median(rows, days).sample == len(values)


@pytest.mark.parametrize(("size", "wanted"), [(1, 1), (9, 9), (10, 9), (11, 10), (100, 90)])
def test_a_percentile_is_the_nearest_rank(size: int, wanted: int) -> None:
    """The smallest value that at least nine of ten do not exceed."""
    assert percentile([row(value) for value in range(1, size + 1)], Fraction(9, 10), days).number == wanted


def test_nothing_has_no_median() -> None:
    """Without values there is neither a median nor a percentile."""
    assert median([], days).number is None
    assert percentile([row(3), row(3, -1)], Fraction(9, 10), days).number is None


def test_a_purse_is_rounded_once_at_the_end() -> None:
    """Three times a third of a cent is a cent: conversion sums first and rounds half to even last."""
    purse = Purse.of([row(currency="EUR", amount=1, day=day) for day in (1, 2, 3)])
    total, rate_days, missing = purse.converted("USD", lambda *_: Decimal("0.3333333333"))
    assert (str(total), rate_days, missing) == ("0.01", [1, 2, 3], False)


def test_a_purse_leaves_out_money_without_a_rate_and_says_so() -> None:
    """What cannot be converted is missing from the sum and flagged; what cancels needs no rate."""
    rows = [row(currency="SEK", amount=100), row(currency="USD", amount=50)]
    assert Purse.of(rows).converted("USD", lambda *_: None) == (Decimal("0.50"), [], True)
    nothing = [row(currency="SEK", amount=100), row(currency="SEK", amount=-100)]
    assert Purse.of(nothing).converted("USD", lambda *_: None) == (Decimal("0.00"), [], False)


METRICS = sorted(registry())


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_published_in_both_languages(name: str) -> None:
    """Time field, value field, owner rule, filter, currency rule and version are published, in English
    and Chinese.
    """
    metric = registry()[name]
    assert metric.version >= 1
    for words in (
        metric.title,
        metric.time_field,
        metric.value_field,
        metric.owner_rule,
        metric.filter,
        metric.currency_rule,
    ):
        assert words.en.isascii() or "−" in words.en or "×" in words.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in words.zh)


def test_every_metric_of_the_table_exists() -> None:
    """The ids that are published are those that can be asked for."""
    table = """
    deals_created deals_won deals_lost deals_reopened won_amount won_amount_booked lost_amount win_rate
    win_rate_amount win_rate_cohort average_deal sales_cycle_days sales_cycle_days_mean stage_conversion
    stage_days stage_entries open_pipeline weighted_pipeline pipeline_coverage sales_velocity
    quota_attainment pace collection_rate collection_rate_contract received_amount new_customers
    won_back repurchase_rate calls meetings visits emails demos followups_done followups_on_time
    effective_talk_seconds effective_calls accounts_touched record_completeness untouched_deals
    lead_response_seconds lead_conversion first_reply_seconds resolution_seconds csat tickets_resolved
    assists documents_written helpful_share
    """
    assert set(table.split()) == set(METRICS)
