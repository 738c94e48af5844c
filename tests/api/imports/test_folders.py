"""A folder is one export: its files are joined by their keys."""

from pathlib import Path

import pytest

from api.imports.importing import prepare
from services.identity import identify
from services.importing.errors import FileRefused
from tests.api.imports.exports import Door, options, table, take, write


def rep(name: str) -> str:
    """Return the id of a person of the export."""
    return identify(b"a secret of the tests", "rep", "crm", name)


def thing(kind: str, name: str) -> str:
    """Return the id of anything else of the export."""
    return identify(b"a secret of the tests", kind, "crm", name)


def shop(folder: Path) -> Path:
    """Write an export of four files that name each other by name."""
    crm = folder / "crm"
    write(
        crm / "accounts.csv",
        table(
            "account|sector|employees|office_location|subsidiary_of",
            "Hansen AG|steel|120|Bern|",
            "Hansen Süd|steel|12|Rom|Hansen AG",
        ),
    )
    write(crm / "products.csv", table("product|series|sales_price", "RX Pro|RX|100", "RX Mini|RX|40"))
    write(
        crm / "sales_teams.csv",
        table("sales_agent|manager|regional_office", "Kim Lee|Max Held|North", "Ana Diaz|Ivy Moss|South"),
    )
    write(
        crm / "sales_pipeline.csv",
        table(
            "opportunity_id|sales_agent|product|account|deal_stage|engage_date|close_date|close_value",
            "K1|Kim Lee|RX Pro|Hansen AG|Won|2016-10-20|2017-03-01|1054",
            "K2|Ana Diaz|RXPro|Hansen Süd|Lost|2016-10-25|2017-03-11|0",
            "K3|Ana Diaz|RX Mini||Engaging|2016-11-02||",
            "K4|Kim Lee|RX Mini||Prospecting|||",
        ),
    )
    return crm


def test_four_files_of_one_crm_are_one_export(tmp_path: Path) -> None:
    """Deals, people with teams, accounts with parents and products come out joined."""
    door = Door()
    preview, report = take(shop(tmp_path), door)
    assert [file.kind for file in preview.files] == ["accounts", "products", "deals", "people"]
    joined = {str(event["subject"]): event["data"] for event in door.of("rep.joined")}
    assert joined[f"rep/{rep('kim lee')}"] == {"name": "Kim Lee", "team": thing("team", "max held")}
    teams = {str(event["subject"]): event["data"] for event in door.of("team.defined")}
    assert teams[f"team/{thing('team', 'max held')}"] == {
        "name": "Max Held",
        "parent": thing("team", "north"),
    }
    parent = thing("account", "hansen ag")
    south = next(
        event for event in door.of("account.created") if event["subject"] == f"account/{thing('account', 'hansen süd')}"
    )
    assert south["data"] == {
        "name": "Hansen Süd",
        "industry": "steel",
        "region": "Rom",
        "size": "12",
        "parent": parent,
    }
    assert door.told("deal.created")[0]["account"] == parent
    assert report.events == {"applied": len(door.events)}


def test_near_equal_names_are_reported_and_kept_apart(tmp_path: Path) -> None:
    """“RXPro” is no known product: it is reported beside “RX Pro” and becomes a product of its own."""
    door = Door()
    preview, _ = take(shop(tmp_path), door)
    assert [(pair.kind, pair.one, pair.other) for pair in preview.near_equal] == [("product", "RX Pro", "RXPro")]
    assert len(door.of("product.created")) == 3


def test_the_pipeline_is_made_of_the_stages_seen(tmp_path: Path) -> None:
    """Stages stand in their usual order, with what they mean; probabilities that nobody gave are marked."""
    door = Door()
    preview, _ = take(shop(tmp_path), door)
    stages = door.told("pipeline.defined")[0]["stages"]
    assert isinstance(stages, list)
    assert [(stage["id"], stage["kind"]) for stage in stages] == [
        ("prospecting", "open"), ("engaging", "open"), ("won", "won"), ("lost", "lost"),
    ]  # fmt: skip
    assert [line.assumed for line in preview.stages] == [True, True, False, False]


def test_lists_hold_from_the_first_moment_of_the_export(tmp_path: Path) -> None:
    """People and teams without dates were there when the first deal was: boards that look back know them."""
    door = Door()
    take(shop(tmp_path), door)
    undated = [event for event in door.events if event["type"] in ("rep.joined", "team.defined", "pipeline.defined")]
    assert {event["time"] for event in undated} == {"2016-10-20T00:00:00Z"}


def test_people_are_found_by_their_key(tmp_path: Path) -> None:
    """Deals that name owners, stages and accounts by id are joined to the lists of these."""
    crm = tmp_path / "crm"
    write(
        crm / "users.csv",
        table(
            "id|first_name|last_name|email|team_id",
            "7|芳|王|fang@example.com|t1",
            "8|Kim|Lee|kim@example.com|t1",
        ),
    )
    write(crm / "teams.csv", table("id|name", "t1|East"))
    write(
        crm / "stages.csv",
        table(
            "stage_id|label|display_order|probability|closed_won|is_closed",
            "s1|Offer|1|0.4|false|false",
            "s9|Contract in|2|1.0|true|true",
        ),
    )
    write(crm / "accounts.csv", table("id|name|industry", "a1|Hansen|steel"))
    write(
        crm / "deals.csv",
        table(
            "deal_id|owner_id|stage_id|account_id|amount|created",
            "d1|7|s9|a1|10|2024-01-01",
            "d2|8|s1|a1|20|2024-01-01",
        ),
    )
    door = Door()
    take(crm, door)
    joined = {str(event["subject"]): event["data"] for event in door.of("rep.joined")}
    assert joined[f"rep/{rep('7')}"] == {
        "name": "王芳",
        "email": "fang@example.com",
        "team": thing("team", "t1"),
    }
    created = door.told("deal.created")
    assert [(deal["owner"], deal["account"]) for deal in created] == [
        (rep("7"), thing("account", "a1")),
        (rep("8"), thing("account", "a1")),
    ]
    assert len(door.of("deal.won")) == 1
    stages = door.told("pipeline.defined")[0]["stages"]
    assert isinstance(stages, list)
    assert [(stage["name"], stage["probability"]) for stage in stages] == [
        ("Offer", "0.4"),
        ("Contract in", "1"),
    ]


def test_a_name_of_two_people_is_refused_with_both(tmp_path: Path) -> None:
    """Journal rule 18: a deal that names one of two namesakes is not guessed."""
    crm = tmp_path / "crm"
    write(crm / "users.csv", table("id|name|email", "7|Kim Lee|a@example.com", "8|Kim Lee|b@example.com"))
    write(crm / "deals.csv", table("id|owner|stage|amount", "1|Kim Lee|Won|10", "2|b@example.com|Won|10"))
    door = Door()
    preview, _ = take(crm, door)
    assert [(refusal.line, refusal.code) for refusal in preview.refused] == [(2, "row_person")]
    assert "Kim Lee (7), Kim Lee (8)" in preview.refused[0].reason
    assert [deal["owner"] for deal in door.told("deal.updated")] + [
        deal["owner"] for deal in door.told("deal.created")
    ] == [rep("8")]


def test_activities_are_logged_with_who_and_what_for(tmp_path: Path) -> None:
    """Calls and visits name their person, deal and length; unknown kinds and future ones are refused."""
    crm = tmp_path / "crm"
    write(crm / "deals.csv", table("id|deal name|owner|stage|amount", "1|New roof|Kim|Talk|10"))
    write(
        crm / "activities.csv",
        table(
            "id|type|owner|deal|date|duration_minutes|notes",
            "a1|Call|Kim|New roof|2024-05-01 10:00|12|asked for a plan",
            "a2|拜访|Kim|1|2024-05-02|",
            "a3|Dance|Kim|1|2024-05-02||",
            "a4|Call|Kim|1|2024-07-02||",
        ),
    )
    door = Door()
    preview, _ = take(crm, door)
    (call,) = door.told("activity.logged")
    assert call == {
        "kind": "call",
        "by": rep("kim"),
        "deal": thing("deal", "1"),
        "duration_seconds": 720,
        "text": "asked for a plan",
    }
    assert [(refusal.line, refusal.code) for refusal in preview.refused] == [
        (3, "row_ragged"),
        (4, "row_kind"),
        (5, "row_date"),
    ]


def test_a_chinese_gbk_export_goes_the_whole_way(tmp_path: Path) -> None:
    """A GBK file with Chinese headers, stages, dates and amounts in ten thousands."""
    crm = tmp_path / "crm"
    rows = (
        "S-1|屋顶改造|北京远山科技|王芳|赢单|12|2023年5月6日|2023年8月1日|",
        "S-2|新厂房|上海长河贸易|李娜|输单|3.5|2023年6月1日|2023年9月9日|价格太高",
        "S-3|扩建|北京远山科技|王芳|商务谈判|8|2024年1月3日||",
    )
    write(
        crm / "商机.csv",
        table("商机编号|商机名称|客户名称|负责人|销售阶段|金额（万元）|创建时间|成交日期|输单原因", *rows),
        "gbk",
    )
    door = Door()
    preview, _ = take(crm, door, company_zone="Asia/Shanghai", company_currency="CNY")
    assert (preview.files[0].encoding, preview.files[0].rows) == ("gb18030", 3)
    assert [deal["amount"] for deal in door.told("deal.created")] == ["120000", "35000", "80000"]
    assert door.told("deal.won") == [{"closed_on": "2023-08-01"}]
    assert door.told("deal.lost") == [{"closed_on": "2023-09-09", "reason": "价格太高"}]
    assert {deal["currency"] for deal in door.told("deal.created")} == {"CNY"}


def test_json_lines_are_imported_like_tables(tmp_path: Path) -> None:
    """One object a line, with nested properties and epoch milliseconds."""
    line = (
        '{"id": "9", "properties": {"dealname": "Roof", "dealstage": "closedwon", "amount": 99.90, '
        '"createdate": 1704067200000, "closedate": "2024-02-01T10:00:00Z"}}\n'
    )
    write(tmp_path / "crm" / "deals.jsonl", line)
    door = Door()
    take(tmp_path / "crm", door)
    assert door.of("deal.created")[0]["time"] == "2024-01-01T00:00:00Z"
    assert door.told("deal.created")[0]["amount"] == "99.90"
    assert door.told("deal.won") == [{"closed_on": "2024-02-01"}]


@pytest.mark.parametrize("magic", [b"PK\x03\x04zip", b"\x1f\x8bgz", b"\xd0\xcf\x11\xe0xls", b"\x00\x01\x02\x03" * 99])
def test_archives_workbooks_and_binaries_are_refused(tmp_path: Path, magic: bytes) -> None:
    """A file that is no text is refused with what to do, also when its name says CSV."""
    path = tmp_path / "deals.csv"
    path.write_bytes(magic)
    with pytest.raises(FileRefused, match="file_"):
        prepare(options(path), tmp_path / "home")


def test_links_inside_a_folder_are_not_followed(tmp_path: Path) -> None:
    """A link may lead out of the folder; it is left out and reported, like files of other kinds."""
    crm = shop(tmp_path)
    write(tmp_path / "secret.csv", "id,stage\n1,Won\n")
    (crm / "link.csv").symlink_to(tmp_path / "secret.csv")
    write(crm / "readme.md", "hello")
    preview = prepare(options(crm), tmp_path / "home")
    assert [left.name for left in preview.left_out] == ["link.csv", "readme.md"]
    assert len(preview.files) == 4


def test_people_join_and_leave_on_their_days(tmp_path: Path) -> None:
    """Joining and leaving have their days; a table that links people and teams adds to the list of people."""
    crm = tmp_path / "crm"
    write(
        crm / "users.csv",
        table("id|name|hire_date|end_date", "7|Kim Lee|2023-02-01|2024-03-31", "8|Ana Diaz||"),
    )
    write(crm / "user_teams.csv", table("user_id|team_id", "7|t1", "8|t1"))
    write(crm / "teams.csv", table("id|name", "t1|East"))
    door = Door()
    take(crm, door)
    joined = {str(event["subject"]): event["data"] for event in door.of("rep.joined")}
    team = thing("team", "t1")
    assert joined == {
        f"rep/{rep('7')}": {"name": "Kim Lee", "team": team, "from_day": "2023-02-01"},
        f"rep/{rep('8')}": {"name": "Ana Diaz", "team": team},
    }
    assert [(event["data"], event["time"]) for event in door.of("rep.left")] == [
        ({"day": "2024-03-31"}, "2024-03-31T00:00:00Z")
    ]


def test_one_table_of_deals_can_name_the_teams(tmp_path: Path) -> None:
    """A column with the owner's team is enough for boards by team; a second team of one owner is noted."""
    door = Door()
    rows = (
        "Kim|Hansen|East|Won|5|2024-01-02",
        "Ana|Bolt|West|Won|6|2024-01-03",
        "Kim|Bolt|West|Won|7|2024-01-04",
    )
    write(tmp_path / "crm" / "deals.csv", table("Rep|Customer|Team|Stage|Amount|Close Date", *rows))
    preview, _ = take(tmp_path / "crm", door)
    assert {str(data["name"]): data["team"] for data in door.told("rep.joined")} == {
        "Kim": thing("team", "east"),
        "Ana": thing("team", "west"),
    }
    assert len(door.of("deal.won")) == 3
    assert any(note.startswith("team_differs: 1 deals") for note in preview.files[0].notes)
