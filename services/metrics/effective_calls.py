"""Calls that were long enough to matter."""

from services.metrics.formulas import adjusted, credits, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import DOER, EVENT_DAY, NO_MONEY, PEOPLE_ONLY, Words


def _formula(group: Group, question: Question) -> Value:
    floor = question.organisation.company.talk_floor_seconds
    rows = [row for row in group["talk"] if row.value >= floor]
    return Value(number=credits([*rows, *adjusted(group, "effective_calls")]), sample=roots(rows))


METRIC = Metric(
    id="effective_calls",
    unit="calls",
    title=Words("Effective calls", "有效通话"),
    time_field=EVENT_DAY,
    value_field=Words("one for each connected call at or above the floor", "达到最短时长的接通电话计一"),
    owner_rule=DOER,
    filter=PEOPLE_ONLY,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("talk", "adjustment"),
    floored=True,
)
