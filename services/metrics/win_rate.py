"""Won deals out of all deals closed in a period."""

from services.metrics.formulas import credits, ratio
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import CLOSE_DAY, LATEST_OUTCOME, NO_MONEY, OWNER_AT_CLOSE, Words


def _formula(group: Group, question: Question) -> Value:
    won = credits(group["won"])
    closed = won + credits(group["lost"])
    return ratio(won, closed, sample=round(closed))


METRIC = Metric(
    id="win_rate",
    unit="ratio",
    title=Words("Win rate", "赢单率"),
    time_field=CLOSE_DAY,
    value_field=Words("won / (won + lost), by count", "赢单数 /（赢单数 + 输单数）"),
    owner_rule=OWNER_AT_CLOSE,
    filter=LATEST_OUTCOME,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("won", "lost"),
)
