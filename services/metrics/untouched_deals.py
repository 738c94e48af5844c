"""Open deals that nobody touched for longer than the company allows."""

from services.metrics.metric import Metric, Question, Value
from services.metrics.row import Group
from services.metrics.words import ASKED_DAY, EVERY_DEAL, NO_MONEY, OWNER_THAT_DAY, Words


def _formula(group: Group, question: Question) -> Value:
    oldest = question.today - question.organisation.company.untouched_days
    deals = question.open_deals
    untouched = [deal for deal in deals if deal.touched_day <= oldest and deal.planned_day < question.today]
    return Value(number=len(untouched), sample=len(deals))


METRIC = Metric(
    id="untouched_deals",
    unit="deals",
    title=Words("Untouched deals", "久未跟进商机"),
    time_field=ASKED_DAY,
    value_field=Words(
        "open deals without a call, meeting, visit, email or demo in the last days and with nothing planned",
        "近期无电话、会议、拜访、邮件或演示且无后续计划的未关闭商机",
    ),
    owner_rule=OWNER_THAT_DAY,
    filter=EVERY_DEAL,
    currency_rule=NO_MONEY,
    formula=_formula,
    states=True,
    ranked_down=True,
)
