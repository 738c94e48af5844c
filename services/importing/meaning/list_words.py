"""The words by which exports name the columns of lists, of people and accounts first, in two languages.

Words stand in their bare form (see `texts.bare`); among several columns for one field the earlier word wins.
"""

from services.importing.meaning.words import (
    ACCOUNT,
    ACCOUNT_KEY,
    DELETED,
    OWNER,
    OWNER_KEY,
    TIME,
    Words,
    words,
)

PEOPLE: Words = {
    "key": words(
        """
        id user_id owner_id rep_id agent_id employee_id sales_agent_id employee_number 工号 员工编号
        用户id 编号
        """
    ),
    "name": words(
        """
        name full_name sales_agent agent sales_rep rep salesperson seller user user_name owner owner_name
        employee employee_name 姓名 名字 员工姓名 销售姓名 销售 销售人员 销售代表 负责人 用户名
        """
    ),
    "first_name": words("first_name firstname given_name 名"),
    "last_name": words("last_name lastname surname family_name 姓"),
    "email": words("email e_mail email_address mail 邮箱 电子邮件 电子邮箱"),
    "team": words(
        """
        team team_name sales_team group department dept 团队 销售团队 小组 部门 所属部门 所属团队
        """
    ),
    "team_key": words("team_id primary_team_id group_id 团队id 部门id"),
    "manager": words(
        """
        manager manager_name sales_manager supervisor 经理 销售经理 主管 上级 直属上级
        """
    ),
    "region": words("regional_office region office territory branch 区域 大区 办事处 分公司"),
    "role": words("role job_title position job title 职位 岗位 角色 职务"),
    "joined": words("hire_date joined joined_at start_date from_day 入职日期 入职时间 加入时间"),
    "left": words("end_date left leave_date left_at termination_date 离职日期 离职时间"),
    "deleted": DELETED,
}

ACCOUNTS: Words = {
    "key": words(
        """
        id account_id company_id customer_id client_id organization_id account_number 客户编号 客户id 编号
        """
    ),
    "name": ACCOUNT + words("name 名称"),
    "parent": words(
        """
        subsidiary_of parent parent_account parent_company parent_name 母公司 上级公司 上级客户 所属集团
        """
    ),
    "parent_key": words("parent_id parent_account_id 上级客户编号"),
    "industry": words("sector industry vertical 行业 所属行业 客户行业"),
    "region": words(
        """
        office_location region country state province city location 地区 区域 省份 国家 城市 所在地
        """
    ),
    "size": words(
        """
        employees number_of_employees numberofemployees employee_count headcount size company_size 规模
        人员规模 公司规模 员工数 员工人数
        """
    ),
    "created": words("created created_at create_date created_date createdate 创建时间 创建日期"),
    "deleted": DELETED,
}

PRODUCTS: Words = {
    "key": words("id product_id sku product_code code 产品编号 产品id 编号"),
    "name": words("product product_name name label 产品名称 产品 商品名称 名称"),
    "family": words(
        """
        series family category product_family product_line line type 系列 类别 产品线 产品类别 产品系列
        """
    ),
    "price": words("sales_price price unit_price list_price 单价 价格 标准价格"),
    "deleted": DELETED,
}

ACTIVITIES: Words = {
    "key": words("id activity_id task_id event_id engagement_id 编号 活动编号 跟进编号"),
    "type": words(
        """
        activity_type engagement_type task_subtype event_subtype kind type channel activity 跟进方式
        活动类型 跟进类型 类型 方式
        """
    ),
    "by": words("done_by by performed_by 执行人 跟进人 拜访人 创建人") + OWNER,
    "by_key": OWNER_KEY,
    "deal": words("deal opportunity deal_name opportunity_name 商机 商机名称"),
    "deal_key": words("deal_id opportunity_id dealid 商机编号 商机id"),
    "account": ACCOUNT,
    "account_key": ACCOUNT_KEY,
    "time": words("done_at activity_date completed_at held_at activity_date_time hs_timestamp") + TIME,
    "seconds": words("duration_seconds duration_in_seconds call_duration_in_seconds 通话秒数 时长秒"),
    "minutes": words("duration_minutes duration_in_minutes minutes duration 时长 通话时长 时长分钟"),
    "connected": words("connected answered is_connected 是否接通 接通"),
    "held": words("held is_held took_place 是否举行"),
    "text": words(
        """
        subject note notes body content description summary 跟进内容 内容 备注 主题 描述
        """
    ),
    "deleted": DELETED,
}

STAGES: Words = {
    "key": words("stage_id id stage_key 阶段编号"),
    "name": words("stage stage_name label name deal_stage 阶段 阶段名称"),
    "order": words(
        """
        display_order sort_order order stage_order position sequence rank 顺序 序号 排序
        """
    ),
    "probability": words("probability win_probability default_probability 赢率 概率 成交概率"),
    "is_won": words("closed_won is_won won 是否赢单"),
    "is_closed": words("is_closed closed 是否关闭"),
    "kind": words("kind type category stage_type status 类型 阶段类型"),
    "pipeline": words("pipeline pipeline_name 销售流程 管道"),
    "pipeline_key": words("pipeline_id"),
}

TEAMS: Words = {
    "key": words("team_id id 团队id 团队编号 部门id"),
    "name": words(
        """
        team team_name group group_name department name 团队 团队名称 小组 部门 部门名称
        """
    ),
    "parent": words("parent parent_team parent_name region division 上级团队 上级部门 大区 区域"),
    "lead": words("lead leader team_lead manager head 负责人 主管 经理 团队负责人"),
}
