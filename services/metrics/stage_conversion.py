"""Stays in a stage that led forward, out of all entries so far."""

from services.metrics.formulas import ratio, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.stages import advanced, by_stage
from services.metrics.words import ENTRY_DAY, EVERY_DEAL, NO_MONEY, OWNER_AT_ENTRY, Words


def _formula(group: Group, question: Question) -> Value:
    entered, left = by_stage(group["entered"]), by_stage(group["left"])
    parts: dict[str, Value] = {}
    forward = 0
    for stage, rows in entered.items():
        gone = left.get(stage, [])
        ahead = roots(advanced(gone, question.organisation))
        forward += ahead
        parts[stage] = ratio(ahead, roots(rows))
        parts[f"{stage} resolved"] = ratio(ahead, roots(gone))
    whole = ratio(forward, roots(group["entered"]))
    return Value(number=whole.number, sample=whole.sample, parts=parts)


METRIC = Metric(
    id="stage_conversion",
    unit="ratio",
    title=Words("Stage conversion", "阶段转化率"),
    time_field=ENTRY_DAY,
    value_field=Words(
        "went forward or were won / entered; parts: by stage, and out of those resolved",
        "前进或赢单 / 进入；分项：按阶段，以及占已有结果者之比",
    ),
    owner_rule=OWNER_AT_ENTRY,
    filter=EVERY_DEAL,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("entered", "left"),
)
