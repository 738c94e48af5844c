"""Accounts whose first order was won in a period."""

from services.metrics.formulas import counted
from services.metrics.metric import Metric
from services.metrics.words import FIRST_ORDER_DAY, NO_MONEY, NOTHING_OUT, OWNER_AT_CLOSE, Words

METRIC = Metric(
    id="new_customers",
    unit="accounts",
    title=Words("New customers", "新客户"),
    time_field=FIRST_ORDER_DAY,
    value_field=Words(
        "one for each account with its first won deal; fully refunded orders are out",
        "首次成交的客户计一；全额退款的订单不计",
    ),
    owner_rule=OWNER_AT_CLOSE,
    filter=NOTHING_OUT,
    currency_rule=NO_MONEY,
    formula=counted("new_customer", "new_customers"),
    sums=("new_customer", "adjustment"),
)
