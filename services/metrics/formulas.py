"""The arithmetic that metrics share: counts, credits, money, ratios and medians over rows."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from services.metrics.metric import Formula, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group, Row

WHOLE_BP = 10_000


def roots(rows: Iterable[Row]) -> int:
    """Return how many roots contribute."""
    return sum(row.n for row in rows)


def credits(rows: Iterable[Row]) -> Fraction:
    """Return the sum of credited shares; 1 is one whole countable thing."""
    return Fraction(sum(row.count_bp for row in rows), WHOLE_BP)


def adjusted(group: Group, metric: str) -> list[Row]:
    """Return what people added to a metric by hand."""
    return [row for row in group.get("adjustment", ()) if row.dims == metric]


def distinct(rows: Iterable[Row]) -> int:
    """Return how many different subjects have a net that is not zero."""
    nets: Counter[str] = Counter()
    for row in rows:
        nets[row.subject] += row.n
    return sum(1 for net in nets.values() if net)


def counted(measure: str, metric: str) -> Formula:
    """Return the formula that counts credited shares of a measure, with adjustments."""

    def formula(group: Group, question: Question) -> Value:
        rows = group[measure]
        total = credits([*rows, *adjusted(group, metric)])
        return Value(number=total, sample=roots(rows))

    return formula


def summed(measure: str, metric: str) -> Formula:
    """Return the formula that sums the money of a measure, with adjustments."""

    def formula(group: Group, question: Question) -> Value:
        rows = group[measure]
        return Value(purse=Purse.of([*rows, *adjusted(group, metric)]), sample=roots(rows))

    return formula


def ratio(part: Fraction | int, whole: Fraction | int, *, sample: int | None = None) -> Value:
    """Return part / whole with the whole as its sample; no number when the whole is 0."""
    size = int(whole) if sample is None else sample
    return Value(number=Fraction(part) / Fraction(whole) if whole else None, sample=size)


def money_ratio(part: Purse, whole: Purse, question: Question, *, sample: int) -> Value:
    """Return the ratio of two amounts of money, converted to the company's currency where there are several."""
    to, rate = question.organisation.company.currency, question.organisation.rate
    currencies = {currency for currency, _ in (*part.minor, *whole.minor)}
    if len(currencies) == 1:
        (to,) = currencies
    top, _, missing_top = part.converted(to, rate)
    bottom, _, missing_bottom = whole.converted(to, rate)
    note = "fx_missing" if missing_top or missing_bottom else ""
    return Value(number=Fraction(top) / Fraction(bottom) if bottom else None, sample=sample, note=note)


def spread(rows: Iterable[Row]) -> list[tuple[int, int]]:
    """Return (value, how often) for every value that stands, smallest first."""
    counts: Counter[int] = Counter()
    for row in rows:
        counts[row.value] += row.n
    return sorted((value, count) for value, count in counts.items() if count > 0)


def at_rank(values: Sequence[tuple[int, int]], rank: int) -> int:
    """Return the value at a rank from 0 of (value, how often) pairs."""
    for value, count in values:
        if rank < count:
            return value
        rank -= count
    raise IndexError(rank)


def median(rows: Iterable[Row], unit_of: Callable[[int], float | int]) -> Value:
    """Return the middle of bucketed values, or the mean of the two middle ones; `unit_of` reads a bucket."""
    values = spread(rows)
    size = sum(count for _, count in values)
    if not size:
        return Value()
    low, high = unit_of(at_rank(values, (size - 1) // 2)), unit_of(at_rank(values, size // 2))
    return Value(number=(low + high) / 2 if low != high else low, sample=size)


def percentile(rows: Iterable[Row], share: Fraction, unit_of: Callable[[int], float | int]) -> Value:
    """Return the smallest value that at least `share` of all values do not exceed (nearest rank)."""
    values = spread(rows)
    size = sum(count for _, count in values)
    if not size:
        return Value()
    rank = -(-share.numerator * size // share.denominator) - 1
    return Value(number=unit_of(at_rank(values, rank)), sample=size)


def days(value: int) -> int:
    """Return a value that already is in whole days."""
    return value
