"""The money that people won week by week, for small pictures beside their numbers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from services.metrics.purse import Purse
from services.metrics.row import Row
from streams.answers.cut import Cut

WEEKS = 8
# Day 0 was a Thursday.
MONDAY_SHIFT = 3
NO_WEEKS = (Decimal(0),) * WEEKS


def won_by_week(cut: Cut) -> Mapping[str, Sequence[Decimal]]:
    """Return what each rep won in each of the last eight weeks, this one last, in the company's currency.

    Weeks begin on Mondays; one in which more came back than was won is below zero. Reps without a win are left out;
    for them there is `NO_WEEKS`. Empty for a view that does not know everything: cells know no past.
    """
    if not cut.whole:
        return {}
    this = _week(cut.today)
    rows = cut.connection.execute(
        "SELECT rep, start, currency, rate_day, SUM(n), SUM(count_bp), SUM(amount) FROM cells "
        "WHERE rules = ? AND span = 'day' AND measure = 'won' AND start BETWEEN ? AND ? AND currency <> '' "
        "GROUP BY rep, start, currency, rate_day",
        (cut.rules.no, (this - WEEKS + 1) * 7 - MONDAY_SHIFT, cut.today),
    )
    weeks: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for rep, day, currency, rate_day, *sums in rows:
        weeks[rep, _week(day) - this + WEEKS - 1].append(Row(rep, day, currency, rate_day, "", 0, "", *sums))
    return _in_order(cut, weeks)


def _week(day: int) -> int:
    return (day + MONDAY_SHIFT) // 7


def _in_order(cut: Cut, weeks: Mapping[tuple[str, int], Sequence[Row]]) -> dict[str, list[Decimal]]:
    organisation = cut.organisation
    found: dict[str, list[Decimal]] = defaultdict(lambda: list(NO_WEEKS))
    for (rep, week), rows in weeks.items():
        found[rep][week], _, _ = Purse.of(rows).converted(organisation.company.currency, organisation.rate)
    return dict(found)
