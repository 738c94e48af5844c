"""Money received in a period, refunds taken off."""

from services.metrics.formulas import summed
from services.metrics.metric import Metric
from services.metrics.words import DEAL_OWNER, NOTHING_OUT, OWN_DAY_RATE, RECEIPT_DAY, Words

METRIC = Metric(
    id="received_amount",
    unit="money",
    title=Words("Received", "回款金额"),
    time_field=RECEIPT_DAY,
    value_field=Words("receipts less refunds", "到账减退款"),
    owner_rule=DEAL_OWNER,
    filter=NOTHING_OUT,
    currency_rule=OWN_DAY_RATE,
    formula=summed("received*", "received_amount"),
    sums=("adjustment",),
    subjects=("received",),
)
