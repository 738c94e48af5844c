"""The median time until a lead got its first answer from a person."""

from fractions import Fraction

from services.journal.buckets import middle_seconds
from services.metrics.formulas import median, percentile
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import ASSIGNEE, LEAD_DAY, NO_MONEY, NOT_IMPORTED, Words


def _formula(group: Group, question: Question) -> Value:
    whole = median(group["lead_response"], middle_seconds)
    parts = {
        "assign": median(group["lead_assign"], middle_seconds),
        "react": median(group["lead_react"], middle_seconds),
        "p90": percentile(group["lead_response"], Fraction(9, 10), middle_seconds),
    }
    return Value(number=whole.number, sample=whole.sample, parts=parts)


METRIC = Metric(
    id="lead_response_seconds",
    unit="seconds",
    title=Words("Lead response (median)", "线索响应时间（中位数）"),
    time_field=LEAD_DAY,
    value_field=Words(
        "first answer by a person − creation; parts: until assigned, until answered after that, 90th percentile",
        "首次人工响应 − 创建；分项：分配用时、分配后响应用时、90 分位",
    ),
    owner_rule=ASSIGNEE,
    filter=NOT_IMPORTED,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("lead_response", "lead_assign", "lead_react"),
    ranked_down=True,
)
