"""Demos by people in a period."""

from services.metrics.formulas import adjusted, credits, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import DOER, EVENT_DAY, NO_MONEY, PEOPLE_ONLY, Words

DIMS = "demo"


def _formula(group: Group, question: Question) -> Value:
    rows = [row for row in group["activity"] if row.dims == DIMS]
    return Value(number=credits([*rows, *adjusted(group, "demos")]), sample=roots(rows))


METRIC = Metric(
    id="demos",
    unit="activities",
    title=Words("Demos", "演示"),
    time_field=EVENT_DAY,
    value_field=Words("one for each demo", "每次演示计一"),
    owner_rule=DOER,
    filter=PEOPLE_ONLY,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("activity", "adjustment"),
    dims=DIMS,
)
