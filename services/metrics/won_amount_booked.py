"""The credited amount of won deals, booked on the day of each change."""

from services.metrics.formulas import summed
from services.metrics.metric import Metric
from services.metrics.words import CHANGE_DAY, CREDITED, EVERY_DEAL, LOCKED, Words

METRIC = Metric(
    id="won_amount_booked",
    unit="money",
    title=Words("Won amount, booked", "赢单金额（入账）"),
    time_field=CHANGE_DAY,
    value_field=Words("what wins, corrections and reopenings add or take away", "赢单、更正与重新打开带来的增减"),
    owner_rule=CREDITED,
    filter=EVERY_DEAL,
    currency_rule=LOCKED,
    formula=summed("booked", "won_amount_booked"),
    sums=("booked", "adjustment"),
)
