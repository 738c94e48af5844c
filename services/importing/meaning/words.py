"""The words by which exports name what several kinds of files have, in English and Chinese.

Words stand in their bare form (see `texts.bare`); among several columns for one field the earlier word wins.
"""

from collections.abc import Mapping
from typing import TypeAlias

Words: TypeAlias = Mapping[str, tuple[str, ...]]


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in order."""
    return tuple(text.split())


DEAL_KEY = words(
    """
    id deal_id opportunity_id opp_id dealid opportunityid record_id deal_key key deal_number
    opportunity_number case_id number no code 商机编号 商机id 机会编号 机会id 商机号 编号 单号 项目编号
    订单编号
    """
)
ACCOUNT = words(
    """
    account account_name company company_name customer customer_name client client_name organization
    organization_name organisation org associated_company buyer 客户名称 客户 公司名称 公司 企业名称
    客户公司 单位名称 potential_customer 客户全称 客户简称
    """
)
ACCOUNT_KEY = words(
    """
    account_id accountid company_id customer_id client_id organization_id org_id 客户编号 客户id 客户编码
    """
)
OWNER = words(
    """
    owner owner_name sales_agent agent sales_rep rep salesperson sales_person seller assigned_to assignee
    account_executive account_owner deal_owner opportunity_owner user user_name resource 负责人 商机负责人
    销售负责人 销售人员 销售代表 销售 销售员 业务员 所有人 商机所有人 归属人 跟进人 客户经理 归属销售
    所属销售 业务负责人 sales_owner
    """
)
OWNER_KEY = words(
    """
    owner_id ownerid hubspot_owner_id assigned_to_id user_id agent_id sales_agent_id rep_id sales_rep_id
    负责人id 负责人编号 销售编号 工号 员工编号
    """
)
STAGE = words(
    """
    stage deal_stage dealstage stage_name sales_stage pipeline_stage phase step deal_pipeline_stage_id
    stage_id 阶段 销售阶段 商机阶段 当前阶段 跟进阶段 阶段名称
    """
)
CURRENCY = words(
    """
    currency currency_code currency_iso_code deal_currency_code deal_currency 币种 货币 币别 货币类型
    """
)
PIPELINE = words(
    """
    pipeline pipeline_name pipeline_id deal_pipeline_id sales_process funnel 销售流程 销售管道 管道 流程
    """
)
CREATED = words(
    """
    created created_at create_date created_date created_on createdate created_time date_created
    creation_date deal_created open_date opened_at opened start_date engage_date add_time entry_date
    创建时间 创建日期 建立时间 建立日期 录入时间 录入日期 新建时间 立项时间 立项日期 登记日期
    """
)
MODIFIED = words(
    """
    modified last_modified last_modified_date modified_at modified_date updated updated_at update_time
    last_updated hs_lastmodifieddate lastmodifieddate 更新时间 修改时间 最后修改时间 最后更新时间
    最近修改时间 modified_on modified_time 最近更新时间
    """
)
TIME = words(
    """
    time timestamp changed_at change_time change_date changed_on date_entered entered_at start_time
    event_time edit_date date datetime created_date created_at occurred_at modified_at 变更时间 修改时间
    操作时间 时间 日期 进入时间 发生时间 跟进时间 活动时间 拜访时间
    """
)
DELETED = words("is_deleted deleted fivetran_deleted 是否删除 已删除")
