"""How far a quota is reached against a straight line; 1 is on the line."""

from fractions import Fraction

from services.calendar import business_days
from services.metrics.formulas import adjusted, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.targets import attainment
from services.metrics.words import CREDITED, LATEST_OUTCOME, LOCKED, PERIOD_DAYS, Words


def _formula(group: Group, question: Question) -> Value:
    rows = [*group["won"], *adjusted(group, "won_amount")]
    reached = attainment(Purse.of(rows), question, sample=roots(group["won"]))
    period, calendar = question.period, question.organisation.company.calendar
    whole = business_days(calendar, period.first_day, period.last_day)
    gone = business_days(calendar, period.first_day, min(question.today, period.last_day))
    if reached.number is None or not whole or not gone:
        return Value(sample=reached.sample, note=reached.note or "not_begun")
    return Value(number=Fraction(reached.number) / Fraction(gone, whole), sample=reached.sample, note=reached.note)


METRIC = Metric(
    id="pace",
    unit="ratio",
    title=Words("Pace", "进度"),
    time_field=PERIOD_DAYS,
    value_field=Words("quota attainment / share of business days gone", "目标完成率 / 已过工作日占比"),
    owner_rule=CREDITED,
    filter=LATEST_OUTCOME,
    currency_rule=LOCKED,
    formula=_formula,
    sums=("won", "adjustment"),
    adjusted_as="won_amount",
)
