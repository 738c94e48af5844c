"""Promised follow-ups that were done in a period."""

from services.metrics.formulas import counted
from services.metrics.metric import Metric
from services.metrics.words import DOER, EVENT_DAY, NO_MONEY, PEOPLE_ONLY, Words

METRIC = Metric(
    id="followups_done",
    unit="activities",
    title=Words("Follow-ups done", "已完成跟进"),
    time_field=EVENT_DAY,
    value_field=Words("one for each follow-up", "每次跟进计一"),
    owner_rule=DOER,
    filter=PEOPLE_ONLY,
    currency_rule=NO_MONEY,
    formula=counted("followup_done", "followups_done"),
    sums=("followup_done", "adjustment"),
)
