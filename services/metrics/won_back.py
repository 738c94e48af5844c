"""Accounts that bought again after twelve months or more."""

from services.metrics.formulas import counted
from services.metrics.metric import Metric
from services.metrics.words import CLOSE_DAY, NO_MONEY, NOTHING_OUT, OWNER_AT_CLOSE, Words

METRIC = Metric(
    id="won_back",
    unit="accounts",
    title=Words("Customers won back", "赢回客户"),
    time_field=CLOSE_DAY,
    value_field=Words(
        "one for each order 12 months or more after the order before", "距上一单满 12 个月后的再次成交计一"
    ),
    owner_rule=OWNER_AT_CLOSE,
    filter=NOTHING_OUT,
    currency_rule=NO_MONEY,
    formula=counted("won_back", "won_back"),
    sums=("won_back", "adjustment"),
)
