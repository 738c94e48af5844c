"""Words that metrics are published with, in English and Simplified Chinese."""

from typing import NamedTuple


class Words(NamedTuple):
    """The same words in both languages."""

    en: str
    zh: str


# When something counts.
EVENT_DAY = Words("day of the event", "事件发生日")
CREATED_DAY = Words("day the deal was created", "商机创建日")
CLOSE_DAY = Words(
    "close date as typed, if it is not after the day of the event; else the day of the event",
    "填写的成交日期（不晚于事件发生日时），否则为事件发生日",
)
CHANGE_DAY = Words("day of the change", "变更发生日")
ENTRY_DAY = Words("day the deal entered the stage", "进入阶段之日")
ASKED_DAY = Words("the last day of the period", "所选期间的最后一天")
PERIOD_DAYS = Words("every day of the period", "所选期间内的每一天")
DUE_DAY = Words("day the money is due", "应收日期")
RECEIPT_DAY = Words("day the money came in; a refund on its own day", "到账日；退款按退款日")
PLAN_DAY = Words("day the plan was made", "回款计划制定日")
LEAD_DAY = Words("day the lead was created", "线索创建日")
TICKET_DAY = Words("day the ticket was resolved", "工单解决日")
REPLY_DAY = Words("day of the first reply", "首次回复日")
RATING_DAY = Words("day of the rating", "评价日")
USE_DAY = Words("day of the use", "使用日")
FIRST_ORDER_DAY = Words("close date of the first won deal of the account", "客户首单成交日")

# Whose it is.
OWNER_THEN = Words("owner at that moment", "当时的负责人")
CREDITED = Words("revenue split at the close, else the owner then", "成交时的业绩分成，没有分成则为当时的负责人")
OWNER_AT_CLOSE = Words("owner at the close", "关闭时的负责人")
OWNER_AT_CREATION = Words("owner at the creation", "创建时的负责人")
OWNER_AT_ENTRY = Words("owner when the deal entered the stage", "进入阶段时的负责人")
OWNER_THAT_DAY = Words("owner on that day", "当天的负责人")
DOER = Words("the person who did it", "执行人")
ASSIGNEE = Words("the rep the lead is assigned to", "线索的负责销售")
RESOLVER = Words("whoever had resolved the ticket", "当时解决工单的人")
REPLIER = Words("whoever replied", "回复人")
WRITER_THEN = Words("author of the version that stood then", "当时版本的作者")
DEAL_OWNER = Words("the deal's owner on that day", "当天该商机的负责人")

# What is left out.
EVERY_DEAL = Words("deleted and merged deals are out", "不含已删除和已合并的商机")
LATEST_OUTCOME = Words(
    "the latest outcome of a deal counts once; deleted and merged deals are out",
    "每个商机只按最近一次结果计一次；不含已删除和已合并的商机",
)
PEOPLE_ONLY = Words("by people; what bots do does not count", "仅计人工操作，机器人不计")
NOT_IMPORTED = Words("imported history is out", "不含导入的历史")
NOTHING_OUT = Words("none", "无")

# How money is shown.
LOCKED = Words("per currency; converted at the rate of the close date, locked", "按币种分列；折算采用成交日汇率并锁定")
TODAY_RATE = Words("per currency; converted at the rate of that day", "按币种分列；按当天汇率折算")
OWN_DAY_RATE = Words(
    "per currency; converted at the rate of its day, a refund at that of the receipt",
    "按币种分列；按当日汇率折算，退款按原到账日汇率",
)
NO_MONEY = Words("no money", "不涉及金额")
