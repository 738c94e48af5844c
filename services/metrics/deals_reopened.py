"""Closed deals that were opened again in a period."""

from services.metrics.formulas import counted
from services.metrics.metric import Metric
from services.metrics.words import EVENT_DAY, EVERY_DEAL, NO_MONEY, OWNER_THEN, Words

METRIC = Metric(
    id="deals_reopened",
    unit="deals",
    title=Words("Deals reopened", "重新打开的商机"),
    time_field=EVENT_DAY,
    value_field=Words("one for each reopening of a closed deal", "每次重新打开计一"),
    owner_rule=OWNER_THEN,
    filter=EVERY_DEAL,
    currency_rule=NO_MONEY,
    formula=counted("reopened", "deals_reopened"),
    sums=("reopened", "adjustment"),
)
