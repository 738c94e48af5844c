"""What events and the journal's measures are called on pages, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from api.site.language import Language
from services.metrics.words import Words

EVENTS: Mapping[str, Words] = MappingProxyType(
    {
        "deal.created": Words("Deal created", "新建商机"),
        "deal.updated": Words("Deal changed", "商机变更"),
        "deal.stage_changed": Words("Moved to a stage", "阶段变更"),
        "deal.owner_changed": Words("Owner changed", "负责人变更"),
        "deal.split_changed": Words("Credit split", "业绩分成变更"),
        "deal.won": Words("Won", "赢单"),
        "deal.lost": Words("Lost", "输单"),
        "deal.reopened": Words("Reopened", "重新打开"),
        "deal.merged": Words("Merged", "合并"),
        "deal.deleted": Words("Deleted", "删除"),
        "deal.restored": Words("Restored", "恢复"),
        "deal.noted": Words("Note", "备注"),
        "account.created": Words("Account created", "新建客户"),
        "account.updated": Words("Account changed", "客户变更"),
        "account.merged": Words("Account merged", "客户合并"),
        "invoice.planned": Words("Invoice planned", "回款计划"),
        "receipt.received": Words("Money received", "到账"),
        "receipt.refunded": Words("Money refunded", "退款"),
        "receipt.reallocated": Words("Receipt matched anew", "回款重新匹配"),
        "activity.logged": Words("Activity", "跟进活动"),
        "followup.planned": Words("Follow-up planned", "计划跟进"),
        "followup.done": Words("Follow-up done", "完成跟进"),
        "ticket.opened": Words("Ticket opened", "新建工单"),
        "ticket.replied": Words("Ticket answered", "回复工单"),
        "ticket.resolved": Words("Ticket resolved", "解决工单"),
        "ticket.reopened": Words("Ticket reopened", "重开工单"),
        "ticket.merged": Words("Tickets merged", "工单合并"),
        "ticket.rated": Words("Ticket rated", "工单评价"),
        "document.written": Words("Document written", "撰写文档"),
        "document.updated": Words("Document changed", "文档变更"),
        "document.verified": Words("Document verified", "核实文档"),
        "document.archived": Words("Document archived", "归档文档"),
        "document.restored": Words("Document restored", "恢复文档"),
        "document.used": Words("Document used", "使用文档"),
        "document.found_helpful": Words("Document judged", "评价文档"),
        "document.contradicted": Words("Document contradicted", "质疑文档"),
        "question.asked": Words("Question asked", "提问"),
        "question.assigned": Words("Question passed on", "转交问题"),
        "question.answered": Words("Question answered", "回答问题"),
        "question.declined": Words("Question declined", "谢绝问题"),
        "lead.created": Words("Lead created", "新建线索"),
        "lead.assigned": Words("Lead assigned", "分配线索"),
        "lead.responded": Words("Lead answered", "响应线索"),
        "lead.converted": Words("Lead converted", "线索转化"),
        "lead.rejected": Words("Lead rejected", "线索退回"),
        "adjustment.posted": Words("Adjusted by hand", "人工调整"),
        "company.configured": Words("Company settings", "公司设置"),
        "calendar.defined": Words("Calendar laid down", "设定日历"),
        "pipeline.defined": Words("Pipeline laid down", "设定销售流程"),
        "product.created": Words("Product created", "新建产品"),
        "product.updated": Words("Product changed", "产品变更"),
        "team.defined": Words("Team laid down", "设定团队"),
        "rep.joined": Words("Joined", "入职"),
        "rep.left": Words("Left", "离职"),
        "rep.team_changed": Words("Changed teams", "调整团队"),
        "rep.role_changed": Words("Changed roles", "调整角色"),
        "quota.set": Words("Quota set", "设定目标"),
        "rate.set": Words("Exchange rate set", "设定汇率"),
        "rules.activated": Words("Rules activated", "规则生效"),
    }
)
MEASURES: Mapping[str, Words] = MappingProxyType(
    {
        "created": Words("created", "新建"),
        "cohort_won": Words("won, by creation day", "赢单（按创建日）"),
        "won": Words("won", "赢单"),
        "lost": Words("lost", "输单"),
        "overlay": Words("overlay credit", "叠加业绩"),
        "cycle": Words("days to the close", "销售周期"),
        "booked": Words("booked", "入账"),
        "reopened": Words("reopened", "重新打开"),
        "open": Words("open pipeline", "在途商机"),
        "entered": Words("entered a stage", "进入阶段"),
        "left": Words("left a stage", "离开阶段"),
        "activity": Words("activity", "活动"),
        "talk": Words("talk", "通话"),
        "touched": Words("account touched", "触达客户"),
        "deal_touched": Words("deal touched", "触达商机"),
        "followup_due": Words("follow-up due", "应跟进"),
        "followup_done": Words("follow-up done", "已跟进"),
        "followup_kept": Words("promise kept", "按时跟进"),
        "due": Words("due", "应收"),
        "collected": Words("collected", "已收"),
        "unallocated": Words("unallocated", "未匹配回款"),
        "contract": Words("contract", "合同"),
        "contract_paid": Words("paid on contracts", "合同已回款"),
        "received": Words("received", "到账"),
        "new_customer": Words("new customer", "新客户"),
        "won_back": Words("won back", "赢回客户"),
        "repurchase": Words("bought again", "复购"),
        "adjustment": Words("adjustment", "调整"),
        "first_reply": Words("first reply", "首次回复"),
        "resolution": Words("resolution", "解决用时"),
        "resolved": Words("resolved", "已解决"),
        "rated": Words("rated", "评价"),
        "document_written": Words("document written", "撰写文档"),
        "document_used": Words("document used", "使用文档"),
        "document_helpful": Words("document judged", "评价文档"),
        "assist": Words("assist", "助攻"),
        "lead_created": Words("lead created", "新建线索"),
        "lead_converted": Words("lead converted", "线索转化"),
        "lead_response": Words("lead response", "线索响应"),
        "lead_assign": Words("lead assignment", "线索分配"),
        "lead_react": Words("reaction to a lead", "分配后响应"),
    }
)


def spoken(vocabulary: Mapping[str, Words], name: str, language: Language) -> str:
    """Return what a name is called in a language; one without words is shown as it is."""
    words = vocabulary.get(name)
    if words is None:
        return name
    return words.zh if language == "zh-Hans" else words.en
