"""Documents that somebody wrote."""

from services.metrics.formulas import counted
from services.metrics.metric import Metric
from services.metrics.words import NO_MONEY, NOTHING_OUT, Words

METRIC = Metric(
    id="documents_written",
    unit="documents",
    title=Words("Documents written", "撰写文档"),
    time_field=Words("day of the first version", "首个版本撰写日"),
    value_field=Words("one for each document; later versions add none", "每篇文档计一，后续版本不计"),
    owner_rule=Words("author of the first version", "首个版本的作者"),
    filter=NOTHING_OUT,
    currency_rule=NO_MONEY,
    formula=counted("document_written", "documents_written"),
    sums=("document_written", "adjustment"),
)
