"""The mean credited amount of won deals."""

from fractions import Fraction

from services.metrics.formulas import credits, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.words import CLOSE_DAY, CREDITED, LATEST_OUTCOME, LOCKED, Words


def _formula(group: Group, question: Question) -> Value:
    """Return the mean in each currency, rounded to its minor unit, half away from zero."""
    rows = group["won"]
    purse: dict[tuple[str, int], int] = {}
    for currency in sorted({row.currency for row in rows if row.currency}):
        own = [row for row in rows if row.currency == currency]
        share = credits(own)
        if share:
            day = max(row.rate_day for row in own)
            mean = Fraction(sum(row.amount for row in own)) / share
            purse[currency, day] = int(mean + Fraction(1, 2))
    return Value(purse=Purse(purse) if purse else None, sample=roots(rows))


METRIC = Metric(
    id="average_deal",
    unit="money",
    title=Words("Average deal", "平均单额"),
    time_field=CLOSE_DAY,
    value_field=Words("won amount / deals won", "赢单金额 / 赢单数"),
    owner_rule=CREDITED,
    filter=LATEST_OUTCOME,
    currency_rule=LOCKED,
    formula=_formula,
    sums=("won",),
)
