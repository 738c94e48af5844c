"""Files and columns are recognised by what they are called and by what stands in them, in two languages."""

import pytest

from services.importing.errors import FieldUnknown
from services.importing.meaning.recognise import Sheet, recognise
from services.importing.meaning.stages import Stage, core, in_order, kind_of
from services.importing.tables.separated import read_separated

NONE: frozenset[str] = frozenset()


def sheet(name: str, *lines: str, told: dict[str, str] | None = None) -> Sheet:
    """Return a file of some lines as it is recognised."""
    return recognise(read_separated(name, "utf-8", "\n".join(lines)), told or {})


def fields(found: Sheet) -> dict[str, str]:
    """Return the field of each header that has one."""
    return {column.header: column.field for column in found.columns if column.field}


def test_an_english_export_of_deals() -> None:
    """Headers of an English CRM are understood."""
    found = sheet(
        "opportunities.csv",
        "Opportunity ID,Opportunity Name,Account Name,Opportunity Owner,Stage,Amount,Created Date,"
        "Close Date,Lead Source",
        "1,Roof,Hansen AG,Kim,Closed Won,500,2024-01-02,2024-02-03,Web",
    )
    assert found.kind == "deals"
    assert fields(found) == {
        "Opportunity ID": "key",
        "Opportunity Name": "title",
        "Account Name": "account",
        "Opportunity Owner": "owner",
        "Stage": "stage",
        "Amount": "amount",
        "Created Date": "created",
        "Close Date": "closed",
        "Lead Source": "source",
    }


def test_a_chinese_export_of_deals() -> None:
    """Headers of a Chinese CRM are understood."""
    found = sheet(
        "商机.csv",
        "商机编号,商机名称,客户名称,负责人,阶段,金额(元),创建时间,成交日期,预计成交日期,币种,输单原因",
        "1,屋顶改造,远山科技,王芳,赢单,500,2024-01-02 10:00,2024-02-03,2024-02-01,CNY,",
    )
    assert found.kind == "deals"
    assert list(fields(found).values()) == [
        "key", "title", "account", "owner", "stage", "amount", "created", "closed", "expected_close",
        "currency", "reason",
    ]  # fmt: skip


def test_one_table_of_each_kind_is_known() -> None:
    """People, accounts, products, activities, stages, teams, changes and logs are told apart."""
    assert sheet("sales_teams.csv", "sales_agent,manager,regional_office", "Kim,Boss,East").kind == "people"
    assert sheet("a.csv", "account,sector,employees,office_location", "Hansen,steel,12,Bern").kind == "accounts"
    assert sheet("b.csv", "product,series,sales_price", "Roof 1,R,100").kind == "products"
    assert sheet("activities.csv", "type,owner,deal,date,notes", "call,Kim,Roof,2024-01-01,hi").kind == "activities"
    assert sheet("stages.csv", "stage,order,probability", "Talk,1,10%").kind == "stages"
    assert sheet("teams.csv", "team,parent,lead", "East,All,Kim").kind == "teams"
    assert sheet("history.csv", "deal_id,field,new_value,changed_at", "1,stage,Talk,2024-01-01").kind == "changes"
    log = sheet("log.csv", "case_id,activity,timestamp", "1,Talk,2024-01-01", "1,Offer,2024-01-02")
    assert log.kind == "log"


def test_the_same_columns_are_deals_or_a_log_by_their_content() -> None:
    """One row a deal is how deals stand; many rows a deal are how they moved."""
    header = "deal_id,stage,owner,date_entered,created_at"
    stands = sheet("x.csv", header, "1,Talk,Kim,2024-01-01,2024-01-01", "2,Talk,Kim,2024-01-01,2024-01-01")
    moved = sheet("x.csv", header, "1,Talk,Kim,2024-01-01,2024-01-01", "1,Offer,Kim,2024-01-02,2024-01-01")
    assert (stands.kind, moved.kind) == ("deals", "log")


def test_files_about_other_things_are_left_out() -> None:
    """A list of contacts is no list of sales people, and a dictionary of columns is nothing."""
    assert sheet("contacts.csv", "id,first_name,last_name,email,title", "1,A,B,a@b.example,Boss").kind is None
    assert sheet("dictionary.csv", "Table,Field,Description", "deals,id,the key").kind is None


def test_a_stage_column_is_found_by_its_content() -> None:
    """A column that nobody could name is the stage when stage words stand in it."""
    found = sheet(
        "deals.csv",
        "id,name,where,amount",
        "1,Roof,Negotiation,5",
        "2,Door,Closed Won,5",
        "3,Wall,Proposal,7",
    )
    assert found.kind == "deals"
    assert fields(found)["where"] == "stage"
    assert [column.why for column in found.columns if column.field == "stage"] == ["by content"]


def test_a_name_is_not_believed_against_its_content() -> None:
    """A column called created that holds names is no date, a state of the United States no outcome."""
    found = sheet("deals.csv", "id,stage,created,state,amount", "1,Talk,Anna,Texas,5", "2,Offer,Bob,Ohio,7")
    assert fields(found) == {"id": "key", "stage": "stage", "amount": "amount"}


def test_what_a_person_says_goes_first() -> None:
    """A told column overrules names; an ignored one is left out; an unknown field is an error."""
    lines = ("ref,worth,amount,stage", "1,5,9,Talk", "2,6,9,Offer")
    found = sheet("deals.csv", *lines, told={"ref": "key", "worth": "amount", "amount": "ignore"})
    assert fields(found) == {"ref": "key", "worth": "amount", "stage": "stage"}
    with pytest.raises(FieldUnknown, match="worthh"):
        sheet("deals.csv", *lines, told={"worth": "worthh"})


@pytest.mark.parametrize(
    "word",
    [
        "Won",
        "Closed Won",
        "closed-won",
        "6. Closed Won (100%)",
        "closedwon",
        "赢单",
        "成交",
        "已成交",
        "赢单（100%）",
    ],
)
def test_words_that_mean_won(word: str) -> None:
    """Won is known in both languages, whatever stands around it."""
    assert kind_of(word, NONE, NONE) == "won"


@pytest.mark.parametrize("word", ["Lost", "Closed Lost", "CLOSED_LOST", "输单", "丢单", "战败"])
def test_words_that_mean_lost(word: str) -> None:
    """Lost is known in both languages."""
    assert kind_of(word, NONE, NONE) == "lost"


def test_told_words_go_before_the_usual_ones() -> None:
    """A company may call its wins anything, and “Won” a stage that is lost."""
    assert kind_of("Signed", frozenset({"signed"}), NONE) == "won"
    assert kind_of("Won", NONE, frozenset({"won"})) == "lost"
    assert kind_of("Negotiation", NONE, NONE) == "open"


def test_stages_stand_in_their_usual_order() -> None:
    """Known words are sorted by usage, unknown ones follow the one they were seen after, ends come last."""
    seen = ["Won", "Proposal", "Board review", "Prospecting", "Negotiation", "Lost"]
    stages = [Stage(id=core(word), name=word, kind=kind_of(word, NONE, NONE)) for word in seen]
    names = [stage.name for stage in in_order(stages)]
    assert names == ["Prospecting", "Proposal", "Board review", "Negotiation", "Won", "Lost"]


@pytest.mark.parametrize(
    "header",
    [
        "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Create Date,Associated Company",
        "Deal - ID,Deal - Title,Deal - Stage,Deal - Won time,Deal - Owner,Deal - Value,Deal - Deal created,"
        "Deal - Organization",
        "Record Id,Deal Name,Stage,Closing Date,Deal Owner,Amount,Created Time,Account Name",
        "Opportunity ID,Topic,Sales Stage,Actual Close Date,Owner,Est. Revenue,Created On,Potential Customer",
        "商机编号,商机名称,销售阶段,结单日期,负责人,商机金额(元),创建时间,客户名称",
    ],
)
def test_the_usual_exports_of_usual_systems(header: str) -> None:
    """Every column that matters is found under the names that well-known systems give it."""
    found = sheet("export.csv", header, "7,Roof,Closed Won,2024-02-01,Kim,500,2024-01-01,Hansen")
    kinds = ["key", "title", "stage", "closed", "owner", "amount", "created", "account"]
    assert [field.replace("won_on", "closed") for field in fields(found).values()] == kinds
