"""What kinds of files there are, by which columns and names they are known, and what their fields hold."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from services.importing.meaning import deal_words, list_words
from services.importing.meaning.words import Words, words

Kind: TypeAlias = Literal["deals", "changes", "log", "people", "accounts", "products", "activities", "stages", "teams"]

FIELDS: Mapping[Kind, Words] = MappingProxyType(
    {
        "deals": deal_words.DEALS,
        "changes": deal_words.CHANGES,
        "log": deal_words.LOG,
        "people": list_words.PEOPLE,
        "accounts": list_words.ACCOUNTS,
        "products": list_words.PRODUCTS,
        "activities": list_words.ACTIVITIES,
        "stages": list_words.STAGES,
        "teams": list_words.TEAMS,
    }
)

# Each group needs one of its fields, or the file is not of that kind.
NEEDED: Mapping[Kind, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "deals": (("stage", "status", "is_won"), ("key", "title", "account", "owner")),
        "changes": (("key",), ("field",), ("value",)),
        "log": (("key",), ("stage",)),
        "people": (("name", "first_name", "last_name", "email", "team_key"),),
        "accounts": (("name",),),
        "products": (("name",),),
        "activities": (("type",), ("by", "by_key"), ("time",)),
        "stages": (("name",), ("order", "probability", "is_won", "kind")),
        "teams": (("name",),),
    }
)

# Words of a file's name that speak for a kind.
FILE_WORDS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "changes": words("history changes change_log audit 历史 变更 修改记录"),
        "log": words("stage_history deal_stage_data event_log log 阶段历史 阶段记录"),
        "stages": words("stages pipeline_stage pipelinestage stage 阶段"),
        "people": words(
            """
            users user people person reps owners owner agents sales_teams team_members staff employees
            人员 员工 销售人员
            """
        ),
        "teams": words("teams team groups group 团队 部门"),
        "accounts": words(
            """
            accounts account companies company customers organizations organization customer client clients
            客户 公司
            """
        ),
        "products": words("products product 产品 商品"),
        "activities": words(
            """
            activities activity tasks task events calls engagements meetings 活动 跟进 拜访
            """
        ),
        "deals": words(
            """
            deals deal opportunities opportunity opps sales_pipeline pipeline sales 商机 机会 项目
            """
        ),
    }
)

# Words of a file's name that speak for things that are not imported.
ELSEWHERE = words(
    """
    contact contacts lead leads ticket tickets role roles user_role line_item line_items order orders
    invoice invoices property property_option merge merged merged_deal deal_pipeline_data ticket_pipeline
    ticket_pipeline_stage pipelines form_submission sla article articles collection collections holiday
    holidays schedule schedules card cards opportunity_line_item deal_line_item 联系人 线索 工单 角色 订单明细
    """
)

# Words of a file's name that speak for things that look like deals and are none.
NEVER = words(
    """
    dispute disputes chargeback chargebacks refund refunds payout payouts payment payments charge charges
    payment_intent balance_transaction coupon coupons discount discounts credit_note fee fees 付款 回款 退款
    """
)

DATES = frozenset({"created", "closed", "won_on", "lost_on", "expected_close", "modified", "time", "joined", "left"})
AMOUNTS = frozenset({"amount", "closed_amount"})
FLAGS = frozenset({"is_won", "is_closed", "deleted"})
PREFIXES = (
    "property_", "properties_", "deal_", "opportunity_", "opp_", "fivetran_", "hs_",
    "商机", "机会", "企业", "客户",
)  # fmt: skip


def field_names() -> frozenset[str]:
    """Return every field that a column can be mapped to."""
    return frozenset(field for words in FIELDS.values() for field in words)
