"""Won amount out of the amount of all deals closed in a period."""

from services.metrics.formulas import money_ratio, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.words import CLOSE_DAY, LATEST_OUTCOME, LOCKED, OWNER_AT_CLOSE, Words


def _formula(group: Group, question: Question) -> Value:
    closed = [*group["won"], *group["lost"]]
    return money_ratio(Purse.of(group["won"]), Purse.of(closed), question, sample=roots(closed))


METRIC = Metric(
    id="win_rate_amount",
    unit="ratio",
    title=Words("Win rate by amount", "赢单率（按金额）"),
    time_field=CLOSE_DAY,
    value_field=Words("won amount / (won + lost amount)", "赢单金额 /（赢单金额 + 输单金额）"),
    owner_rule=OWNER_AT_CLOSE,
    filter=LATEST_OUTCOME,
    currency_rule=LOCKED,
    formula=_formula,
    sums=("won", "lost"),
)
