"""The median of days that deals stayed in a stage."""

from services.journal.buckets import middle_seconds
from services.metrics.formulas import median
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.stages import by_stage
from services.metrics.words import ENTRY_DAY, EVERY_DEAL, NO_MONEY, OWNER_AT_ENTRY, Words

DAY_SECONDS = 86_400


def _days(bucket: int) -> float:
    return middle_seconds(bucket) / DAY_SECONDS


def _formula(group: Group, question: Question) -> Value:
    parts = {stage: median(own, _days) for stage, own in by_stage(group["left"]).items()}
    whole = median(group["left"], _days)
    return Value(number=whole.number, sample=whole.sample, parts=parts)


METRIC = Metric(
    id="stage_days",
    unit="days",
    title=Words("Time in stage (median)", "阶段停留（中位数）"),
    time_field=ENTRY_DAY,
    value_field=Words("days of a stay that ended; parts: by stage", "已结束停留的天数；分项：按阶段"),
    owner_rule=OWNER_AT_ENTRY,
    filter=EVERY_DEAL,
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("left",),
    ranked_down=True,
)
