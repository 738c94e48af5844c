"""Ratings of 4 and 5 out of all ratings; how many answered stands beside it."""

from services.metrics.formulas import ratio, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import NO_MONEY, NOTHING_OUT, RATING_DAY, RESOLVER, Words


def _formula(group: Group, question: Question) -> Value:
    rated = roots(group["rated"])
    good = roots(row for row in group["rated"] if row.value >= 4)
    share = ratio(good, rated)
    response = ratio(rated, roots(group["resolved"]))
    return Value(number=share.number, sample=share.sample, parts={"response_rate": response})


METRIC = Metric(
    id="csat",
    unit="ratio",
    title=Words("Customer satisfaction", "客户满意度"),
    time_field=RATING_DAY,
    value_field=Words("ratings of 4 and 5 / ratings", "4、5 分评价 / 全部评价"),
    owner_rule=RESOLVER,
    filter=NOTHING_OUT,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("rated", "resolved"),
)
