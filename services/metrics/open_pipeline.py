"""The amount of all deals that are open on a day."""

from services.metrics.formulas import roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.words import ASKED_DAY, EVERY_DEAL, OWNER_THAT_DAY, TODAY_RATE, Words


def _formula(group: Group, question: Question) -> Value:
    rows = group["open"]
    count = roots(rows)
    return Value(purse=Purse.of(rows, rate_day=question.period.last_day), sample=count, distinct=count)


METRIC = Metric(
    id="open_pipeline",
    unit="money",
    title=Words("Open pipeline", "在途商机"),
    time_field=ASKED_DAY,
    value_field=Words(
        "amount of deals open at the end of that day; count beside it", "当日结束时未关闭商机的金额；另列个数"
    ),
    owner_rule=OWNER_THAT_DAY,
    filter=EVERY_DEAL,
    currency_rule=TODAY_RATE,
    formula=_formula,
    stocks=("open",),
)
