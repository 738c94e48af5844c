"""The words by which exports name the columns of deals and of their histories, in English and Chinese.

Words stand in their bare form (see `texts.bare`); among several columns for one field the earlier word wins.
"""

from services.importing.meaning.words import (
    ACCOUNT,
    ACCOUNT_KEY,
    CREATED,
    CURRENCY,
    DEAL_KEY,
    DELETED,
    MODIFIED,
    OWNER,
    OWNER_KEY,
    PIPELINE,
    STAGE,
    TIME,
    Words,
    words,
)

DEALS: Words = {
    "key": DEAL_KEY,
    "title": words(
        """
        title name deal_name opportunity_name dealname subject deal opportunity 商机名称 机会名称 商机标题
        商机 项目名称 标题 主题 topic 名称
        """
    ),
    "account": ACCOUNT,
    "account_key": ACCOUNT_KEY,
    "owner": OWNER,
    "owner_key": OWNER_KEY,
    "team": words(
        """
        team team_name sales_team owner_team department owner_department regional_office
        团队 销售团队 所属团队 部门 所属部门 负责人部门 负责人主属部门 归属部门 负责人所属部门
        """
    ),
    "pipeline": PIPELINE,
    "stage": STAGE,
    "status": words("status state deal_status outcome result 状态 商机状态 结果 成交状态"),
    "is_won": words("is_won iswon won hs_is_closed_won is_closed_won 是否赢单 是否成交"),
    "is_closed": words("is_closed isclosed hs_is_closed closed 是否关闭 是否结束"),
    "amount": words(
        """
        amount value deal_value deal_amount opportunity_amount total total_amount deal_size contract_value
        acv arr tcv revenue price expected_revenue 金额 商机金额 预计金额 预计销售金额 预计成交金额
        销售金额 合同金额 est_revenue estimated_revenue estimated_value opportunity_value monetary_value
        总金额
        """
    ),
    "closed_amount": words(
        """
        close_value closed_value closed_amount won_amount won_value final_amount actual_amount
        actual_revenue 成交金额 赢单金额 实际金额 实际成交金额 签约金额
        """
    ),
    "currency": CURRENCY,
    "products": words(
        """
        product products product_name product_id item items line_items 产品 产品名称 商品 意向产品 产品线
        """
    ),
    "source": words(
        """
        source lead_source deal_source original_source source_channel channel 来源 商机来源 线索来源
        客户来源 渠道
        """
    ),
    "created": CREATED,
    "closed": words(
        """
        close_date closed_date closedate closed_at closed_on closed_time date_closed actual_close_date
        actual_closed_date closed end_date 关闭日期 关闭时间 成交日期 成交时间 实际成交日期 结单日期
        结束日期 结束时间 签约日期 实际关闭日期 closing_date actual_closing_date date_won_lost 签单日期
        签单时间 签约时间 实际签约日期 实际结单日期 完成日期
        """
    ),
    "won_on": words("won_time won_date won_at won_on 赢单时间 赢单日期"),
    "lost_on": words("lost_time lost_date lost_at lost_on 输单时间 输单日期 丢单时间 丢单日期"),
    "expected_close": words(
        """
        expected_close_date expected_close estimated_close_date est_close_date forecast_close_date
        projected_close_date target_close_date 预计成交日期 预计成交时间 预计关闭日期 预计签约日期
        预计签单日期 预计结单日期 expected_closing expected_closing_date estimated_closing_date 预计结单时间
        预计签约时间
        """
    ),
    "modified": MODIFIED,
    "reason": words(
        """
        lost_reason loss_reason closed_lost_reason reason_lost reason_for_loss close_reason reason
        closed_won_reason win_reason won_reason 输单原因 丢单原因 失败原因 关闭原因 输赢原因 赢单原因
        战败原因 status_reason
        """
    ),
    "competitor": words("competitor competitors main_competitor lost_to competitor_name 竞争对手 竞品"),
    "probability": words("probability win_probability 赢率 概率 成交概率 赢单概率 可能性"),
    "deleted": DELETED,
}

CHANGES: Words = {
    "key": DEAL_KEY + words("deal opportunity case record 商机 商机名称"),
    "time": TIME,
    "field": words(
        """
        field field_name property property_name attribute column name 字段 变更字段 修改字段 字段名
        字段名称 属性
        """
    ),
    "value": words(
        """
        new_value value to to_value new newvalue changed_to 新值 变更后 修改后 变更后的值 值
        """
    ),
    "old": words(
        """
        old_value oldvalue old from from_value previous_value 旧值 原值 变更前 修改前 变更前的值
        """
    ),
}

LOG: Words = {
    "key": DEAL_KEY + words("case deal opportunity trace 商机 商机名称"),
    "stage": words("to_stage new_stage activity event") + STAGE + words("value 新阶段 变更后阶段 活动"),
    "time": TIME,
    "owner": OWNER,
    "owner_key": OWNER_KEY,
    "pipeline": PIPELINE,
}
