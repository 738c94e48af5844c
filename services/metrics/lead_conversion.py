"""Leads created in a period that were converted so far."""

from services.metrics.formulas import ratio, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import ASSIGNEE, LEAD_DAY, NO_MONEY, NOTHING_OUT, Words


def _formula(group: Group, question: Question) -> Value:
    return ratio(roots(group["lead_converted"]), roots(group["lead_created"]))


METRIC = Metric(
    id="lead_conversion",
    unit="ratio",
    title=Words("Lead conversion", "线索转化率"),
    time_field=LEAD_DAY,
    value_field=Words("converted so far / created", "截至目前已转化 / 新建"),
    owner_rule=ASSIGNEE,
    filter=NOTHING_OUT,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("lead_created", "lead_converted"),
)
