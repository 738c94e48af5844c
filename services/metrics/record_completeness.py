"""How many of the fields that matter are filled in on open deals."""

from services.metrics.formulas import ratio
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import ASKED_DAY, EVERY_DEAL, NO_MONEY, OWNER_THAT_DAY, Words

REQUIRED = ("account", "amount", "expected_close", "stage", "source")


def _formula(group: Group, question: Question) -> Value:
    deals = question.open_deals
    filled = sum(getattr(deal.state, name) not in ("", None) for deal in deals for name in REQUIRED)
    return ratio(filled, len(deals) * len(REQUIRED), sample=len(deals))


METRIC = Metric(
    id="record_completeness",
    unit="ratio",
    title=Words("Record completeness", "资料完整度"),
    time_field=ASKED_DAY,
    value_field=Words(
        "filled / required fields of open deals: account, amount, expected close, stage, source",
        "未关闭商机已填 / 必填字段：客户、金额、预计成交日、阶段、来源",
    ),
    owner_rule=OWNER_THAT_DAY,
    filter=EVERY_DEAL,
    currency_rule=NO_MONEY,
    formula=_formula,
    states=True,
)
