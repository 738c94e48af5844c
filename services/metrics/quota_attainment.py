"""What was won out of the quota in force; a team's is the sum of both, never a mean of ratios."""

from services.metrics.formulas import adjusted, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.targets import attainment
from services.metrics.words import CREDITED, LATEST_OUTCOME, LOCKED, PERIOD_DAYS, Words


def _formula(group: Group, question: Question) -> Value:
    rows = [*group["won"], *adjusted(group, "won_amount")]
    return attainment(Purse.of(rows), question, sample=roots(group["won"]))


METRIC = Metric(
    id="quota_attainment",
    unit="ratio",
    title=Words("Quota attainment", "目标完成率"),
    time_field=PERIOD_DAYS,
    value_field=Words("won amount / quota in force, by business days", "赢单金额 / 有效目标（按工作日折算）"),
    owner_rule=CREDITED,
    filter=LATEST_OUTCOME,
    currency_rule=LOCKED,
    formula=_formula,
    sums=("won", "adjustment"),
    adjusted_as="won_amount",
)
