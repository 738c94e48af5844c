"""How often the open pipeline of a period covers what is still to be won."""

from fractions import Fraction

from services.days import month_of
from services.metrics.formulas import adjusted, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.targets import target
from services.metrics.words import ASKED_DAY, EVERY_DEAL, OWNER_THAT_DAY, TODAY_RATE, Words


def _formula(group: Group, question: Question) -> Value:
    """Return open / remaining quota; the note says `met` when nothing remains, and `no_quota` without one."""
    period, organisation = question.period, question.organisation
    wanted = target("won_amount", question)
    rows = [row for row in group["open"] if month_of(period.first_day) <= row.value <= month_of(period.last_day)]
    count = roots(rows)
    if wanted is None:
        return Value(sample=count, note="no_quota")
    to = wanted.currency or organisation.company.currency
    won, _, _ = Purse.of([*group["won"], *adjusted(group, "won_amount")]).converted(to, organisation.rate)
    remaining = wanted.amount - won
    if remaining <= 0:
        return Value(sample=count, note="met")
    ahead, _, missing = Purse.of(rows, rate_day=period.last_day).converted(to, organisation.rate)
    return Value(number=Fraction(ahead) / Fraction(remaining), sample=count, note="fx_missing" if missing else "")


METRIC = Metric(
    id="pipeline_coverage",
    unit="ratio",
    title=Words("Pipeline coverage", "商机覆盖率"),
    time_field=ASKED_DAY,
    value_field=Words(
        "open amount expected to close in the period / (quota − won)",
        "预计在期内成交的在途金额 /（目标 − 已赢单）",
    ),
    owner_rule=OWNER_THAT_DAY,
    filter=EVERY_DEAL,
    currency_rule=TODAY_RATE,
    formula=_formula,
    sums=("won", "adjustment"),
    adjusted_as="won_amount",
    stocks=("open",),
)
