"""How many of those who judged a document found it helpful."""

from services.metrics.formulas import ratio, roots
from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import NO_MONEY, WRITER_THEN, Words


def _formula(group: Group, question: Question) -> Value:
    answers = group["document_helpful"]
    return ratio(roots(row for row in answers if row.value), roots(answers))


METRIC = Metric(
    id="helpful_share",
    unit="ratio",
    title=Words("Found helpful", "好评率"),
    time_field=Words("day of the answer", "评价日"),
    value_field=Words("helpful answers / all answers", "“有帮助” / 全部评价"),
    owner_rule=WRITER_THEN,
    filter=Words("the last answer of each person to each document", "每人对每篇文档只计最后一次评价"),
    currency_rule=NO_MONEY,
    formula=_formula,
    sums=("document_helpful",),
)
