"""The amount of open deals, each weighted by the probability of its stage."""

from services.metrics.formulas import roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.stages import weighted
from services.metrics.words import ASKED_DAY, EVERY_DEAL, OWNER_THAT_DAY, TODAY_RATE, Words


def _formula(group: Group, question: Question) -> Value:
    rows = weighted(group["open"], question.organisation)
    return Value(purse=Purse.of(rows, rate_day=question.period.last_day), sample=roots(group["open"]))


METRIC = Metric(
    id="weighted_pipeline",
    unit="money",
    title=Words("Weighted pipeline", "加权在途商机"),
    time_field=ASKED_DAY,
    value_field=Words("sum of amount × probability of the stage", "金额 × 阶段概率之和"),
    owner_rule=OWNER_THAT_DAY,
    filter=EVERY_DEAL,
    currency_rule=TODAY_RATE,
    formula=_formula,
    stocks=("open",),
)
