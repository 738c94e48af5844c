"""Deals in which colleagues used what somebody wrote."""

from fractions import Fraction

from services.metrics.formulas import adjusted, credits, distinct
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import NO_MONEY, USE_DAY, WRITER_THEN, Words


def _formula(group: Group, question: Question) -> Value:
    deals = distinct(group["assist*"])
    return Value(number=Fraction(deals) + credits(adjusted(group, "assists")), sample=deals)


METRIC = Metric(
    id="assists",
    unit="deals",
    title=Words("Assists", "助攻"),
    time_field=USE_DAY,
    value_field=Words(
        "distinct deals in which a colleague used a document of theirs",
        "同事使用过其文档的不同商机",
    ),
    owner_rule=WRITER_THEN,
    filter=Words("what people use of their own does not count", "使用自己的文档不计"),
    currency_rule=NO_MONEY,
    formula=_formula,
    subjects=("assist",),
    sums=("adjustment",),
)
