"""Tickets resolved in a period."""

from services.metrics.formulas import counted
from services.metrics.metric import Metric
from services.metrics.words import NO_MONEY, NOTHING_OUT, RESOLVER, TICKET_DAY, Words

METRIC = Metric(
    id="tickets_resolved",
    unit="tickets",
    title=Words("Tickets resolved", "已解决工单"),
    time_field=TICKET_DAY,
    value_field=Words("one for each ticket, by its last resolution", "每张工单按最后一次解决计一"),
    owner_rule=RESOLVER,
    filter=NOTHING_OUT,
    currency_rule=NO_MONEY,
    formula=counted("resolved", "tickets_resolved"),
    sums=("resolved", "adjustment"),
)
