"""What came in so far out of the contracts planned in a period."""

from services.metrics.formulas import money_ratio, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.words import DEAL_OWNER, NOTHING_OUT, OWN_DAY_RATE, PLAN_DAY, Words


def _formula(group: Group, question: Question) -> Value:
    contracts = group["contract*"]
    return money_ratio(Purse.of(group["contract_paid*"]), Purse.of(contracts), question, sample=roots(contracts))


METRIC = Metric(
    id="collection_rate_contract",
    unit="ratio",
    title=Words("Collection rate (contract)", "回款率（合同）"),
    time_field=PLAN_DAY,
    value_field=Words("received so far / contract amount", "截至目前回款 / 合同金额"),
    owner_rule=DEAL_OWNER,
    filter=NOTHING_OUT,
    currency_rule=OWN_DAY_RATE,
    formula=_formula,
    subjects=("contract", "contract_paid"),
)
