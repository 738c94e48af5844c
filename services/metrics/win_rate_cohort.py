"""Deals created in a period that were won so far; it matures with time."""

from services.metrics.formulas import credits, ratio
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import CREATED_DAY, EVERY_DEAL, NO_MONEY, OWNER_AT_CREATION, Words


def _formula(group: Group, question: Question) -> Value:
    return ratio(credits(group["cohort_won"]), credits(group["created"]))


METRIC = Metric(
    id="win_rate_cohort",
    unit="ratio",
    title=Words("Win rate of deals created (maturing)", "赢单率（按创建批次，仍在变化）"),
    time_field=CREATED_DAY,
    value_field=Words("won so far / created, open deals included", "截至目前赢单 / 新建（含未关闭）"),
    owner_rule=OWNER_AT_CREATION,
    filter=EVERY_DEAL,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("created", "cohort_won"),
)
