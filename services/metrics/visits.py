"""Visits by people in a period."""

from services.metrics.formulas import adjusted, credits, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import DOER, EVENT_DAY, NO_MONEY, PEOPLE_ONLY, Words

DIMS = "visit"


def _formula(group: Group, question: Question) -> Value:
    rows = [row for row in group["activity"] if row.dims == DIMS]
    return Value(number=credits([*rows, *adjusted(group, "visits")]), sample=roots(rows))


METRIC = Metric(
    id="visits",
    unit="activities",
    title=Words("Visits", "拜访"),
    time_field=EVENT_DAY,
    value_field=Words("one for each check-in or held meeting with a customer", "每次签到或有客户参加的会议计一"),
    owner_rule=DOER,
    filter=PEOPLE_ONLY,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("activity", "adjustment"),
    dims=DIMS,
)
