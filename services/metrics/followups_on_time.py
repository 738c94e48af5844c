"""Promised follow-ups that were done by their day."""

from services.metrics.formulas import ratio, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import DOER, DUE_DAY, NO_MONEY, PEOPLE_ONLY, Words


def _formula(group: Group, question: Question) -> Value:
    kept = [row for row in group["followup_kept"] if row.value >= 0]
    return ratio(roots(kept), roots(group["followup_due"]))


METRIC = Metric(
    id="followups_on_time",
    unit="ratio",
    title=Words("Follow-ups on time", "按时跟进率"),
    time_field=DUE_DAY,
    value_field=Words("done by the due day / due", "截止日前完成 / 应完成"),
    owner_rule=DOER,
    filter=PEOPLE_ONLY,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("followup_due", "followup_kept"),
)
