"""Customers won in a period who bought again within a window that is over."""

from services.accounts.orders import WINDOWS_DAYS
from services.metrics.formulas import ratio, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import FIRST_ORDER_DAY, NO_MONEY, NOTHING_OUT, OWNER_AT_CLOSE, Words


def _window(group: Group, question: Question, window: int) -> Value:
    """Return the rate over customers whose whole window lies in the past: no partial windows."""
    newest = question.today - window
    customers = [row for row in group["new_customer*"] if row.day is not None and row.day <= newest]
    again = [row for row in group["repurchase*"] if row.dims == str(window)]
    return ratio(roots(row for row in again if row.day is not None and row.day <= newest), roots(customers))


def _formula(group: Group, question: Question) -> Value:
    parts = {str(window): _window(group, question, window) for window in WINDOWS_DAYS}
    longest = parts[str(WINDOWS_DAYS[-1])]
    return Value(number=longest.number, sample=longest.sample, parts=parts)


METRIC = Metric(
    id="repurchase_rate",
    unit="ratio",
    title=Words("Repurchase rate", "复购率"),
    time_field=FIRST_ORDER_DAY,
    value_field=Words(
        "customers with another order within 365 days / customers whose window is over; parts: 90 and 180 days",
        "365 天内再次下单的客户 / 窗口期已满的新客户；分项：90 天与 180 天",
    ),
    owner_rule=OWNER_AT_CLOSE,
    filter=NOTHING_OUT,
    currency_rule=NO_MONEY,
    formula=_formula,
    subjects=("new_customer", "repurchase"),
)
