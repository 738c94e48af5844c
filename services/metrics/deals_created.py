"""Deals created in a period."""

from services.metrics.formulas import counted
from services.metrics.metric import Metric
from services.metrics.words import CREATED_DAY, EVERY_DEAL, NO_MONEY, OWNER_AT_CREATION, Words

METRIC = Metric(
    id="deals_created",
    unit="deals",
    title=Words("Deals created", "新建商机"),
    time_field=CREATED_DAY,
    value_field=Words("one for each deal", "每个商机计一"),
    owner_rule=OWNER_AT_CREATION,
    filter=EVERY_DEAL,
    currency_rule=NO_MONEY,
    formula=counted("created", "deals_created"),
    sums=("created", "adjustment"),
)
