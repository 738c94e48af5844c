"""The median of days from the creation to the close of won deals."""

from services.metrics.formulas import days, median
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import CLOSE_DAY, LATEST_OUTCOME, NO_MONEY, OWNER_AT_CLOSE, Words


def _formula(group: Group, question: Question) -> Value:
    return median(group["cycle"], days)


METRIC = Metric(
    id="sales_cycle_days",
    unit="days",
    title=Words("Sales cycle (median)", "销售周期（中位数）"),
    time_field=CLOSE_DAY,
    value_field=Words("close day − creation day of won deals, at least 0", "赢单的成交日 − 创建日，最少为 0"),
    owner_rule=OWNER_AT_CLOSE,
    filter=LATEST_OUTCOME,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("cycle",),
    ranked_down=True,
)
