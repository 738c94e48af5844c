"""Different accounts that somebody talked to in a period."""

from services.metrics.formulas import distinct
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import DOER, NO_MONEY, PEOPLE_ONLY, PERIOD_DAYS, Words


def _formula(group: Group, question: Question) -> Value:
    accounts = distinct(group["touched*"])
    return Value(number=accounts, sample=accounts)


METRIC = Metric(
    id="accounts_touched",
    unit="accounts",
    title=Words("Accounts touched", "触达客户"),
    time_field=PERIOD_DAYS,
    value_field=Words(
        "distinct accounts with a call, meeting, visit, email or demo",
        "有电话、会议、拜访、邮件或演示的不同客户",
    ),
    owner_rule=DOER,
    filter=PEOPLE_ONLY,
    currency_rule=NO_MONEY,
    formula=_formula,
    subjects=("touched",),
)
