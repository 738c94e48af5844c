"""Emails by people in a period."""

from services.metrics.formulas import adjusted, credits, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import DOER, EVENT_DAY, NO_MONEY, PEOPLE_ONLY, Words

DIMS = "email"


def _formula(group: Group, question: Question) -> Value:
    rows = [row for row in group["activity"] if row.dims == DIMS]
    return Value(number=credits([*rows, *adjusted(group, "emails")]), sample=roots(rows))


METRIC = Metric(
    id="emails",
    unit="activities",
    title=Words("Emails", "邮件"),
    time_field=EVENT_DAY,
    value_field=Words("one for each email", "每次邮件计一"),
    owner_rule=DOER,
    filter=PEOPLE_ONLY,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("activity", "adjustment"),
    dims=DIMS,
)
