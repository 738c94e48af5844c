"""The money a day that the open pipeline turns into at the pace of the period."""

from fractions import Fraction

from services.metrics.formulas import credits, roots, spread
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group
from services.metrics.words import ASKED_DAY, EVERY_DEAL, LOCKED, OWNER_THAT_DAY, Words
from services.money import minor_digits


def velocity(open_deals: int, win_rate: Fraction, average: Fraction, cycle_days: Fraction) -> Fraction:
    """Return money a day: open deals × win rate × average deal / mean cycle in days (> 0)."""
    return open_deals * win_rate * average / cycle_days


def _formula(group: Group, question: Question) -> Value:
    organisation = question.organisation
    won, closed = credits(group["won"]), credits([*group["won"], *group["lost"]])
    cycle = spread(group["cycle"])
    days = sum(value * count for value, count in cycle)
    held = roots(group["open"])
    if not won or not closed or days <= 0:
        return Value(sample=held, note="no_closed_deals")
    to = organisation.company.currency
    amount, _, missing = Purse.of(group["won"]).converted(to, organisation.rate)
    mean_days = Fraction(days, sum(count for _, count in cycle))
    a_day = velocity(held, won / closed, Fraction(amount) / won, mean_days)
    minor = round(a_day * 10 ** minor_digits(to))
    purse = Purse({(to, question.period.last_day): minor})
    return Value(purse=purse, sample=held, note="fx_missing" if missing else "")


METRIC = Metric(
    id="sales_velocity",
    unit="money_per_day",
    title=Words("Sales velocity", "销售速度"),
    time_field=ASKED_DAY,
    value_field=Words("open deals × win rate × average deal / cycle days", "在途商机数 × 赢单率 × 平均单额 / 销售周期"),
    owner_rule=OWNER_THAT_DAY,
    filter=EVERY_DEAL,
    currency_rule=LOCKED,
    formula=_formula,
    sums=("won", "lost", "cycle"),
    stocks=("open",),
)
