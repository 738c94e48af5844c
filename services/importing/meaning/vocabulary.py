"""The words by which exports name their columns, English and Chinese, for each kind of file.

Words stand in their bare form (see `texts.bare`); among several columns for one field the earlier word wins.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Kind = Literal["deals", "changes", "log", "people", "accounts", "products", "activities", "stages", "teams"]
Words = Mapping[str, tuple[str, ...]]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DEAL_KEY = _words(
    "id deal_id opportunity_id opp_id dealid opportunityid record_id deal_key key deal_number opportunity_number "
    "case_id number no code 商机编号 商机id 机会编号 机会id 商机号 编号 单号 项目编号 订单编号"
)
_ACCOUNT = _words(
    "account account_name company company_name customer customer_name client client_name organization "
    "organization_name organisation org associated_company buyer 客户名称 客户 公司名称 公司 企业名称 客户公司 单位名称"
)
_ACCOUNT_KEY = _words(
    "account_id accountid company_id customer_id client_id organization_id org_id 客户编号 客户id 客户编码"
)
_OWNER = _words(
    "owner owner_name sales_agent agent sales_rep rep salesperson sales_person seller assigned_to assignee "
    "account_executive account_owner deal_owner opportunity_owner user user_name resource 负责人 商机负责人 销售负责人 "
    "销售人员 销售代表 销售 销售员 业务员 所有人 商机所有人 归属人 跟进人 客户经理"
)
_OWNER_KEY = _words(
    "owner_id ownerid hubspot_owner_id assigned_to_id user_id agent_id sales_agent_id rep_id sales_rep_id "
    "负责人id 负责人编号 销售编号 工号 员工编号"
)
_STAGE = _words(
    "stage deal_stage dealstage stage_name sales_stage pipeline_stage phase step deal_pipeline_stage_id stage_id "
    "阶段 销售阶段 商机阶段 当前阶段 跟进阶段 阶段名称"
)
_CURRENCY = _words(
    "currency currency_code currency_iso_code deal_currency_code deal_currency 币种 货币 币别 货币类型"
)
_PIPELINE = _words(
    "pipeline pipeline_name pipeline_id deal_pipeline_id sales_process funnel 销售流程 销售管道 管道 流程"
)
_CREATED = _words(
    "created created_at create_date created_date created_on createdate created_time date_created creation_date "
    "deal_created open_date opened_at opened start_date engage_date add_time entry_date "
    "创建时间 创建日期 建立时间 建立日期 录入时间 录入日期 新建时间 立项时间 立项日期 登记日期"
)
_MODIFIED = _words(
    "modified last_modified last_modified_date modified_at modified_date updated updated_at update_time "
    "last_updated hs_lastmodifieddate lastmodifieddate 更新时间 修改时间 最后修改时间 最后更新时间 最近修改时间 最近更新时间"
)
_TIME = _words(
    "time timestamp changed_at change_time change_date changed_on date_entered entered_at start_time event_time "
    "edit_date date datetime created_date created_at occurred_at modified_at 变更时间 修改时间 操作时间 时间 日期 "
    "进入时间 发生时间 跟进时间 活动时间 拜访时间"
)
_DELETED = _words("is_deleted deleted fivetran_deleted 是否删除 已删除")

FIELDS: Mapping[Kind, Words] = MappingProxyType(
    {
        "deals": {
            "key": _DEAL_KEY,
            "title": _words(
                "title name deal_name opportunity_name dealname subject deal opportunity 商机名称 机会名称 商机标题 商机 "
                "项目名称 标题 主题 名称"
            ),
            "account": _ACCOUNT,
            "account_key": _ACCOUNT_KEY,
            "owner": _OWNER,
            "owner_key": _OWNER_KEY,
            "pipeline": _PIPELINE,
            "stage": _STAGE,
            "status": _words("status state deal_status outcome result 状态 商机状态 结果 成交状态"),
            "is_won": _words("is_won iswon won hs_is_closed_won is_closed_won 是否赢单 是否成交"),
            "is_closed": _words("is_closed isclosed hs_is_closed 是否关闭 是否结束"),
            "amount": _words(
                "amount value deal_value deal_amount opportunity_amount total total_amount deal_size contract_value "
                "acv arr tcv revenue price expected_revenue 金额 商机金额 预计金额 预计销售金额 预计成交金额 销售金额 合同金额 总金额"
            ),
            "closed_amount": _words(
                "close_value closed_value closed_amount won_amount won_value final_amount actual_amount "
                "actual_revenue 成交金额 赢单金额 实际金额 实际成交金额 签约金额"
            ),
            "currency": _CURRENCY,
            "products": _words(
                "product products product_name product_id item items line_items 产品 产品名称 商品 意向产品 产品线"
            ),
            "source": _words(
                "source lead_source deal_source original_source source_channel channel 来源 商机来源 线索来源 客户来源 渠道"
            ),
            "created": _CREATED,
            "closed": _words(
                "close_date closed_date closedate closed_at closed_on closed_time date_closed actual_close_date "
                "actual_closed_date closed end_date 关闭日期 关闭时间 成交日期 成交时间 实际成交日期 结单日期 结束日期 结束时间 "
                "签约日期 实际关闭日期"
            ),
            "won_on": _words("won_time won_date won_at won_on 赢单时间 赢单日期"),
            "lost_on": _words("lost_time lost_date lost_at lost_on 输单时间 输单日期 丢单时间 丢单日期"),
            "expected_close": _words(
                "expected_close_date expected_close estimated_close_date est_close_date forecast_close_date "
                "projected_close_date target_close_date 预计成交日期 预计成交时间 预计关闭日期 预计签约日期 预计签单日期 预计结单日期"
            ),
            "modified": _MODIFIED,
            "reason": _words(
                "lost_reason loss_reason closed_lost_reason reason_lost reason_for_loss close_reason reason "
                "closed_won_reason win_reason won_reason 输单原因 丢单原因 失败原因 关闭原因 输赢原因 赢单原因 战败原因"
            ),
            "competitor": _words(
                "competitor competitors main_competitor lost_to competitor_name 竞争对手 竞品"
            ),
            "probability": _words("probability win_probability 赢率 概率 成交概率 可能性"),
            "deleted": _DELETED,
        },
        "changes": {
            "key": _DEAL_KEY + _words("deal opportunity case record 商机 商机名称"),
            "time": _TIME,
            "field": _words(
                "field field_name property property_name attribute column name 字段 变更字段 修改字段 字段名 字段名称 属性"
            ),
            "value": _words(
                "new_value value to to_value new newvalue changed_to 新值 变更后 修改后 变更后的值 值"
            ),
            "old": _words(
                "old_value oldvalue old from from_value previous_value 旧值 原值 变更前 修改前 变更前的值"
            ),
        },
        "log": {
            "key": _DEAL_KEY + _words("case deal opportunity trace 商机 商机名称"),
            "stage": _words("to_stage new_stage activity event")
            + _STAGE
            + _words("value 新阶段 变更后阶段 活动"),
            "time": _TIME,
            "owner": _OWNER,
            "owner_key": _OWNER_KEY,
            "pipeline": _PIPELINE,
        },
        "people": {
            "key": _words(
                "id user_id owner_id rep_id agent_id employee_id sales_agent_id employee_number 工号 员工编号 用户id 编号"
            ),
            "name": _words(
                "name full_name sales_agent agent sales_rep rep salesperson seller user user_name owner "
                "owner_name employee employee_name 姓名 名字 员工姓名 销售姓名 销售 销售人员 销售代表 负责人 用户名"
            ),
            "first_name": _words("first_name firstname given_name 名"),
            "last_name": _words("last_name lastname surname family_name 姓"),
            "email": _words("email e_mail email_address mail 邮箱 电子邮件 电子邮箱"),
            "team": _words(
                "team team_name sales_team group department dept 团队 销售团队 小组 部门 所属部门 所属团队"
            ),
            "team_key": _words("team_id primary_team_id group_id 团队id 部门id"),
            "manager": _words(
                "manager manager_name sales_manager supervisor 经理 销售经理 主管 上级 直属上级"
            ),
            "region": _words("regional_office region office territory branch 区域 大区 办事处 分公司"),
            "role": _words("role job_title position job title 职位 岗位 角色 职务"),
            "joined": _words("hire_date joined joined_at start_date from_day 入职日期 入职时间 加入时间"),
            "left": _words("end_date left leave_date left_at termination_date 离职日期 离职时间"),
            "deleted": _DELETED,
        },
        "accounts": {
            "key": _words(
                "id account_id company_id customer_id client_id organization_id account_number 客户编号 客户id 编号"
            ),
            "name": _ACCOUNT + _words("name 名称"),
            "parent": _words(
                "subsidiary_of parent parent_account parent_company parent_name 母公司 上级公司 上级客户 所属集团"
            ),
            "parent_key": _words("parent_id parent_account_id 上级客户编号"),
            "industry": _words("sector industry vertical 行业 所属行业 客户行业"),
            "region": _words(
                "office_location region country state province city location 地区 区域 省份 国家 城市 所在地"
            ),
            "size": _words(
                "employees number_of_employees numberofemployees employee_count headcount size company_size "
                "规模 人员规模 公司规模 员工数 员工人数"
            ),
            "created": _words("created created_at create_date created_date createdate 创建时间 创建日期"),
            "deleted": _DELETED,
        },
        "products": {
            "key": _words("id product_id sku product_code code 产品编号 产品id 编号"),
            "name": _words("product product_name name label 产品名称 产品 商品名称 名称"),
            "family": _words(
                "series family category product_family product_line line type 系列 类别 产品线 产品类别 产品系列"
            ),
            "price": _words("sales_price price unit_price list_price 单价 价格 标准价格"),
            "deleted": _DELETED,
        },
        "activities": {
            "key": _words("id activity_id task_id event_id engagement_id 编号 活动编号 跟进编号"),
            "type": _words(
                "activity_type engagement_type task_subtype event_subtype kind type channel activity 跟进方式 活动类型 "
                "跟进类型 类型 方式"
            ),
            "by": _words("done_by by performed_by 执行人 跟进人 拜访人 创建人") + _OWNER,
            "by_key": _OWNER_KEY,
            "deal": _words("deal opportunity deal_name opportunity_name 商机 商机名称"),
            "deal_key": _words("deal_id opportunity_id dealid 商机编号 商机id"),
            "account": _ACCOUNT,
            "account_key": _ACCOUNT_KEY,
            "time": _words("done_at activity_date completed_at held_at activity_date_time hs_timestamp")
            + _TIME,
            "seconds": _words(
                "duration_seconds duration_in_seconds call_duration_in_seconds 通话秒数 时长秒"
            ),
            "minutes": _words("duration_minutes duration_in_minutes minutes duration 时长 通话时长 时长分钟"),
            "connected": _words("connected answered is_connected 是否接通 接通"),
            "held": _words("held is_held took_place 是否举行"),
            "text": _words(
                "subject note notes body content description summary 跟进内容 内容 备注 主题 描述"
            ),
            "deleted": _DELETED,
        },
        "stages": {
            "key": _words("stage_id id stage_key 阶段编号"),
            "name": _words("stage stage_name label name deal_stage 阶段 阶段名称"),
            "order": _words(
                "display_order sort_order order stage_order position sequence rank 顺序 序号 排序"
            ),
            "probability": _words("probability win_probability default_probability 赢率 概率 成交概率"),
            "is_won": _words("closed_won is_won won 是否赢单"),
            "is_closed": _words("is_closed closed 是否关闭"),
            "kind": _words("kind type category stage_type status 类型 阶段类型"),
            "pipeline": _words("pipeline pipeline_name 销售流程 管道"),
            "pipeline_key": _words("pipeline_id"),
        },
        "teams": {
            "key": _words("team_id id 团队id 团队编号 部门id"),
            "name": _words(
                "team team_name group group_name department name 团队 团队名称 小组 部门 部门名称"
            ),
            "parent": _words("parent parent_team parent_name region division 上级团队 上级部门 大区 区域"),
            "lead": _words("lead leader team_lead manager head 负责人 主管 经理 团队负责人"),
        },
    }
)

# Each group needs one of its fields, or the file is not of that kind.
NEEDED: Mapping[Kind, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "deals": (("stage", "status", "is_won"), ("key", "title")),
        "changes": (("key",), ("field",), ("value",)),
        "log": (("key",), ("stage",)),
        "people": (("name", "first_name", "last_name", "email"),),
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
        "changes": _words("history changes change_log audit 历史 变更 修改记录"),
        "log": _words("stage_history deal_stage_data event_log log 阶段历史 阶段记录"),
        "stages": _words("stages pipeline_stage pipelinestage stage 阶段"),
        "people": _words(
            "users user people person reps owners owner agents sales_teams team_members staff employees 人员 员工 销售人员"
        ),
        "teams": _words("teams team groups 团队 部门"),
        "accounts": _words("accounts account companies company customers organizations 客户 公司"),
        "products": _words("products product 产品 商品"),
        "activities": _words(
            "activities activity tasks task events calls engagements meetings 活动 跟进 拜访"
        ),
        "deals": _words(
            "deals deal opportunities opportunity opps sales_pipeline pipeline sales 商机 机会 项目"
        ),
    }
)

# Words of a file's name that speak for things that are not imported.
ELSEWHERE = _words(
    "contact contacts lead leads ticket tickets role roles user_role line_item line_items order orders invoice invoices "
    "property property_option merge merged merged_deal deal_pipeline_data ticket_pipeline ticket_pipeline_stage pipelines "
    "form_submission sla 联系人 线索 工单 角色 订单明细"
)

DATES = frozenset(
    {"created", "closed", "won_on", "lost_on", "expected_close", "modified", "time", "joined", "left"}
)
AMOUNTS = frozenset({"amount", "closed_amount"})
PREFIXES = (
    "property_", "properties_", "deal_", "opportunity_", "opp_", "fivetran_", "hs_", "商机", "机会", "企业", "客户",
)  # fmt: skip


def field_names() -> frozenset[str]:
    """Return every field that a column can be mapped to."""
    return frozenset(field for words in FIELDS.values() for field in words)
