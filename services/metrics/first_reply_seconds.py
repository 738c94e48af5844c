"""The median time until a ticket got its first public reply from a person."""

from services.journal.buckets import middle_seconds
from services.metrics.formulas import median
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import NO_MONEY, NOT_IMPORTED, REPLIER, REPLY_DAY, Words


def _formula(group: Group, question: Question) -> Value:
    return median(group["first_reply"], middle_seconds)


METRIC = Metric(
    id="first_reply_seconds",
    unit="seconds",
    title=Words("First reply (median)", "首次回复时间（中位数）"),
    time_field=REPLY_DAY,
    value_field=Words(
        "first public human reply − opening or reopening; second reply when an agent opened it",
        "首次公开人工回复 − 开单或重开；由客服代开的按第二次回复",
    ),
    owner_rule=REPLIER,
    filter=NOT_IMPORTED,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("first_reply",),
    ranked_down=True,
)
