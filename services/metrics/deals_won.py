"""Deals won in a period, by credited share."""

from services.metrics.formulas import adjusted, credits, distinct, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import CLOSE_DAY, CREDITED, LATEST_OUTCOME, NO_MONEY, Words


def _formula(group: Group, question: Question) -> Value:
    rows = group["won"]
    number = credits([*rows, *adjusted(group, "deals_won")])
    return Value(number=number, sample=roots(rows), distinct=distinct(group["won*"]))


METRIC = Metric(
    id="deals_won",
    unit="deals",
    title=Words("Deals won", "赢单数"),
    time_field=CLOSE_DAY,
    value_field=Words("credited share of each deal; distinct deals beside it", "每个商机按业绩份额计；另列去重商机数"),
    owner_rule=CREDITED,
    filter=LATEST_OUTCOME,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("won", "adjustment"),
    subjects=("won",),
)
