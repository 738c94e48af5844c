"""The mean credited amount of won deals."""

from services.metrics.formulas import credits, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.purse import Purse
from services.metrics.row import Group, Row
from services.metrics.words import CLOSE_DAY, CREDITED, LATEST_OUTCOME, LOCKED, Words


def _formula(group: Group, question: Question) -> Value:
    """Return the credited money and the deals to divide it by; deals without an amount are out."""
    rows = [row for row in group["won"] if row.currency]
    codes = {row.currency for row in rows}
    shares = {code: credits(row for row in rows if row.currency == code) for code in codes}
    purse = Purse.of(rows) if rows else None
    together = credits(row for row in rows if _convertible(row, question))
    return Value(purse=purse, sample=roots(group["won"]), shares={**shares, "": together})


def _convertible(row: Row, question: Question) -> bool:
    """Return whether the money of a row is in the converted total; what is left out is not divided by either."""
    home = question.organisation.company.currency
    return row.currency == home or question.organisation.rate(row.currency, home, row.rate_day) is not None


METRIC = Metric(
    id="average_deal",
    unit="money",
    title=Words("Average deal", "平均单额"),
    time_field=CLOSE_DAY,
    value_field=Words("won amount / deals won", "赢单金额 / 赢单数"),
    owner_rule=CREDITED,
    filter=LATEST_OUTCOME,
    currency_rule=LOCKED,
    formula=_formula,
    sums=("won",),
)
