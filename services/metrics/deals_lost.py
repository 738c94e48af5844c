"""Deals lost in a period."""

from services.metrics.formulas import counted
from services.metrics.metric import Metric
from services.metrics.words import CLOSE_DAY, LATEST_OUTCOME, NO_MONEY, OWNER_AT_CLOSE, Words

METRIC = Metric(
    id="deals_lost",
    unit="deals",
    title=Words("Deals lost", "输单数"),
    time_field=CLOSE_DAY,
    value_field=Words("one for each deal", "每个商机计一"),
    owner_rule=OWNER_AT_CLOSE,
    filter=LATEST_OUTCOME,
    currency_rule=NO_MONEY,
    formula=counted("lost", "deals_lost"),
    sums=("lost", "adjustment"),
)
