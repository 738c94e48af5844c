"""The credited amount of won deals, restated on their close dates."""

from services.metrics.formulas import summed
from services.metrics.metric import Metric
from services.metrics.words import CLOSE_DAY, CREDITED, LATEST_OUTCOME, LOCKED, Words

METRIC = Metric(
    id="won_amount",
    unit="money",
    title=Words("Won amount", "赢单金额"),
    time_field=CLOSE_DAY,
    value_field=Words(
        "credited amount of won deals; later changes of the amount count on the close date",
        "赢单的业绩金额；之后的金额变更计入原成交日",
    ),
    owner_rule=CREDITED,
    filter=LATEST_OUTCOME,
    currency_rule=LOCKED,
    formula=summed("won", "won_amount"),
    sums=("won", "adjustment"),
)
