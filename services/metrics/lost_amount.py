"""The last open amount of lost deals."""

from services.metrics.formulas import summed
from services.metrics.metric import Metric
from services.metrics.words import CLOSE_DAY, LATEST_OUTCOME, LOCKED, OWNER_AT_CLOSE, Words

METRIC = Metric(
    id="lost_amount",
    unit="money",
    title=Words("Lost amount", "输单金额"),
    time_field=CLOSE_DAY,
    value_field=Words("last open amount of lost deals", "输单前的最后金额"),
    owner_rule=OWNER_AT_CLOSE,
    filter=LATEST_OUTCOME,
    currency_rule=LOCKED,
    formula=summed("lost", "lost_amount"),
    sums=("lost", "adjustment"),
)
