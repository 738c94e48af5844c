"""What came in by its due day out of what was due in a period."""

from services.metrics.formulas import money_ratio, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.words import DEAL_OWNER, DUE_DAY, NOTHING_OUT, OWN_DAY_RATE, Words


def _formula(group: Group, question: Question) -> Value:
    due = group["due*"]
    in_time = [row for row in group["collected*"] if row.value >= 0]
    return money_ratio(Purse.of(in_time), Purse.of(due), question, sample=roots(due))


METRIC = Metric(
    id="collection_rate",
    unit="ratio",
    title=Words("Collection rate (plan)", "回款率（计划）"),
    time_field=DUE_DAY,
    value_field=Words("received for lines by their due day / due", "到期日前已回款 / 应回款"),
    owner_rule=DEAL_OWNER,
    filter=NOTHING_OUT,
    currency_rule=OWN_DAY_RATE,
    formula=_formula,
    subjects=("due", "collected"),
)
