"""Entries of deals into the stages of their pipeline."""

from services.metrics.formulas import roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.stages import by_stage
from services.metrics.words import ENTRY_DAY, EVERY_DEAL, NO_MONEY, OWNER_AT_ENTRY, Words


def _formula(group: Group, question: Question) -> Value:
    rows = by_stage(group["entered"])
    parts = {stage: Value(number=roots(own), sample=roots(own)) for stage, own in rows.items()}
    total = roots(group["entered"])
    return Value(number=total, sample=total, parts=parts)


METRIC = Metric(
    id="stage_entries",
    unit="deals",
    title=Words("Stage entries", "进入阶段数"),
    time_field=ENTRY_DAY,
    value_field=Words("one for each entry into an open stage; parts: by stage", "每次进入未关闭阶段计一；分项：按阶段"),
    owner_rule=OWNER_AT_ENTRY,
    filter=EVERY_DEAL,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("entered",),
)
