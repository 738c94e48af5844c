"""Connected time with customers in calls that are not too short to matter."""

from services.metrics.formulas import adjusted, credits, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import DOER, EVENT_DAY, NO_MONEY, PEOPLE_ONLY, Words


def _formula(group: Group, question: Question) -> Value:
    floor = question.organisation.company.talk_floor_seconds
    rows = [row for row in group["talk"] if row.value >= floor]
    added = credits(adjusted(group, "effective_talk_seconds"))
    return Value(number=sum(row.amount for row in rows) + added, sample=roots(rows))


METRIC = Metric(
    id="effective_talk_seconds",
    unit="seconds",
    title=Words("Effective talk time", "有效通话时长"),
    time_field=EVENT_DAY,
    value_field=Words("connected time of calls at or above the floor", "达到最短时长的接通电话的通话时间"),
    owner_rule=DOER,
    filter=PEOPLE_ONLY,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("talk", "adjustment"),
    floored=True,
)
