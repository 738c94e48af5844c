"""The median time from the opening to the last resolution of tickets."""

from services.journal.buckets import middle_seconds
from services.metrics.formulas import median
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import NO_MONEY, NOTHING_OUT, RESOLVER, TICKET_DAY, Words


def _formula(group: Group, question: Question) -> Value:
    return median(group["resolution"], middle_seconds)


METRIC = Metric(
    id="resolution_seconds",
    unit="seconds",
    title=Words("Resolution time (median)", "解决时间（中位数）"),
    time_field=TICKET_DAY,
    value_field=Words("last resolution − opening, reopenings included", "最后一次解决 − 开单，含重开"),
    owner_rule=RESOLVER,
    filter=NOTHING_OUT,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("resolution",),
    ranked_down=True,
)
