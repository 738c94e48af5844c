"""A table of deals as they stand becomes the facts behind it, each with its own date."""

import json
from pathlib import Path

import pytest

from api.imports.importing import prepare, run
from services.identity import identify
from services.importing.errors import NothingToImport, RowsRefused
from tests.api.imports.exports import Door, options, table, take, write

HEADER = "Deal ID|Deal Name|Account|Owner|Stage|Amount|Currency|Created|Close Date|Expected Close|Lost Reason"
WON = "D1|New roof|Hansen AG|Kim Lee|Closed Won|1,200.50|EUR|2024-01-10|2024-02-20||"
LOST = "D2|Old roof|Hansen AG|Kim Lee|Closed Lost||EUR|2024-01-11|2024-03-01||Too dear"
OPEN = "D3|Solar|Bolt Ltd|Ana Diaz|Negotiation|800|EUR|2024-04-01||2024-07-01|"


def deals(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """Write deals into the export folder of a test and return that folder."""
    write(folder / "crm" / "deals.csv", table(header, *rows))
    return folder / "crm"


def rep(name: str, export: str = "crm") -> str:
    """Return the id of a person that is known by name."""
    return identify(b"a secret of the tests", "rep", export, name)


def test_won_and_lost_come_from_the_stage_words(tmp_path: Path) -> None:
    """Journal rule 15: the importer says deal.won and deal.lost, with their dates and the reason."""
    door = Door()
    take(deals(tmp_path, WON, LOST, OPEN), door)
    assert door.told("deal.won") == [{"closed_on": "2024-02-20"}]
    assert door.told("deal.lost") == [{"closed_on": "2024-03-01", "reason": "Too dear"}]
    won = door.of("deal.won")[0]
    assert (won["time"], won["dateonly"], won["imported"], won["source"]) == (
        "2024-02-20T00:00:00Z", True, True, "import/crm",
    )  # fmt: skip


def test_a_creation_carries_what_the_row_knows(tmp_path: Path) -> None:
    """The first event of a deal has its owner, account, stage, amount, currency, plan and title."""
    door = Door()
    take(deals(tmp_path, OPEN), door)
    account = identify(b"a secret of the tests", "account", "crm", "bolt ltd")
    created = door.told("deal.created")[0]
    pipeline = created.pop("pipeline")
    assert created == {
        "account": account,
        "owner": rep("ana diaz"),
        "stage": "negotiation",
        "amount": "800",
        "currency": "EUR",
        "expected_close": "2024-07-01",
        "title": "Solar",
    }
    assert door.of("pipeline.defined")[0]["subject"] == f"pipeline/{pipeline}"
    assert door.of("deal.created")[0]["time"] == "2024-04-01T00:00:00Z"


def test_a_closed_deal_was_never_seen_in_an_open_stage(tmp_path: Path) -> None:
    """The stage that a closed deal had before is not known and not made up."""
    door = Door()
    take(deals(tmp_path, WON), door)
    assert "stage" not in door.told("deal.created")[0]


def test_the_close_date_of_an_open_deal_is_a_plan(tmp_path: Path) -> None:
    """A deal that is not closed is expected to close on its close date."""
    door = Door()
    header = "id|stage|amount|created|close date"
    take(deals(tmp_path, "1|Proposal|5|2024-05-01|2024-09-30", header=header), door)
    assert door.told("deal.created")[0]["expected_close"] == "2024-09-30"
    assert door.of("deal.won") == []


@pytest.mark.parametrize("amount", ["", "0", "0.00"])
def test_lost_deals_without_an_amount_stay_lost(tmp_path: Path, amount: str) -> None:
    """An amount of nothing or zero changes nothing about being lost."""
    door = Door()
    take(
        deals(
            tmp_path,
            f"1|Lost|{amount}|2024-01-01|2024-02-01",
            header="id|stage|close_value|created|close_date",
        ),
        door,
    )
    assert len(door.of("deal.lost")) == 1


def test_what_a_deal_was_closed_with_stands_at_its_win(tmp_path: Path) -> None:
    """A closing value was not known before, so that it belongs to the win and not to the creation."""
    door = Door()
    take(
        deals(
            tmp_path,
            "1|Won|1054|2016-10-20|2017-03-01",
            header="id|deal_stage|close_value|engage_date|close_date",
        ),
        door,
    )
    assert door.told("deal.won") == [{"amount": "1054", "closed_on": "2017-03-01", "currency": "USD"}]
    assert "amount" not in door.told("deal.created")[0]


def test_a_deal_without_any_date_begins_with_the_import(tmp_path: Path) -> None:
    """An undated open deal is created when its import started."""
    door = Door()
    take(deals(tmp_path, "1|Prospecting|", header="id|stage|amount"), door)
    assert door.of("deal.created")[0]["time"] == "2024-06-03T09:00:00Z"


def test_a_deal_of_which_only_the_end_is_dated_has_no_made_up_creation(tmp_path: Path) -> None:
    """Nothing is said about when it was created: its sales cycle is unknown, not zero."""
    door = Door()
    take(deals(tmp_path, "1|Kim|Won|50|2024-02-01", header="id|owner|stage|amount|close date"), door)
    assert door.of("deal.created") == []
    assert [event["time"] for event in (*door.of("deal.updated"), *door.of("deal.won"))] == ["2024-02-01T00:00:00Z"] * 2


def test_a_creation_never_comes_after_the_end(tmp_path: Path) -> None:
    """A time of creation on the very day of a dateless win, or after it, is put before it."""
    door = Door()
    header = "id|stage|amount|created|close date"
    rows = ("1|Won|5|2024-02-01 15:00|2024-02-01", "2|Won|5|2024-03-09 15:00|2024-02-01")
    preview, _ = take(deals(tmp_path, *rows, header=header), door)
    assert [event["time"] for event in door.of("deal.created")] == ["2024-02-01T00:00:00Z"] * 2
    assert any("close_before_creation: 1 deals" in note for note in preview.files[0].notes)


def test_a_typed_close_date_in_the_future_does_not_move_the_win(tmp_path: Path) -> None:
    """The win is told at the start of the import, with the date as it was typed."""
    door = Door()
    take(deals(tmp_path, "1|Won|5|2024-01-01|2024-12-31", header="id|stage|amount|created|close date"), door)
    assert door.told("deal.won") == [{"closed_on": "2024-12-31"}]
    assert door.of("deal.won")[0]["time"] == "2024-06-03T09:00:00Z"


def test_states_and_flags_say_what_became_of_a_deal(tmp_path: Path) -> None:
    """A status beside the stage decides, and so do columns such as is_won and is_closed."""
    door = Door()
    header = "id|stage|status|amount|created|won time|lost time|lost reason"
    rows = (
        "1|Offer|won|9|2024-01-01|2024-02-01||",
        "2|Offer|lost|9|2024-01-01||2024-02-02|price",
        "3|Offer|open|9|2024-01-01|||",
    )
    take(deals(tmp_path, *rows, header=header), door)
    assert [door.told("deal.won"), door.told("deal.lost")] == [
        [{"closed_on": "2024-02-01"}],
        [{"closed_on": "2024-02-02", "reason": "price"}],
    ]
    flags = Door()
    rows = ("1|X|true|true|2024-02-01", "2|Y|false|true|2024-02-02", "3|Z|false|false|")
    write(tmp_path / "sf" / "deals.csv", table("id|stage|is_won|is_closed|close date", *rows))
    take(tmp_path / "sf", flags)
    assert (len(flags.of("deal.won")), len(flags.of("deal.lost")), len(flags.events)) == (1, 1, 6)


def test_told_words_make_wins_and_losses(tmp_path: Path) -> None:
    """--won and --lost name stages that no one could know."""
    door = Door()
    folder = deals(tmp_path, "1|Signed|5|2024-02-01", "2|Gone|5|2024-02-01", header="id|stage|amount|close date")
    preview, _ = take(folder, door, won=frozenset({"signed"}), lost=frozenset({"GONE"}))
    assert (len(door.of("deal.won")), len(door.of("deal.lost"))) == (1, 1)
    assert [(line.stage, line.kind) for line in preview.stages] == [("Signed", "won"), ("Gone", "lost")]


def test_bad_rows_are_refused_by_line_and_good_ones_go_in(tmp_path: Path) -> None:
    """Every refused row has its line, a code and a reason; the others are imported."""
    door = Door()
    folder = deals(
        tmp_path,
        "1|Won|5|2024-01-01|2024-02-01|EUR",
        "2|Won|-5|2024-01-01|2024-02-01|EUR",
        "3|Won|5|2024-01-01|2024-02-31|EUR",
        "4|Won|much|2024-01-01|2024-02-01|EUR",
        "|Won|5|2024-01-01|2024-02-01|EUR",
        "6|Won|5|2025-01-01|2025-02-01|EUR",
        "7|Won|5|2024-01-01|2024-02-01|XXQ",
        "8|Won|5.555|2024-01-01|2024-02-01|EUR",
        "1|Lost|5|2024-01-01|2024-02-01|EUR",
        "9|Won|5|2024-01-01",
        header="id|stage|amount|created|close date|currency",
    )
    preview, report = take(folder, door)
    assert [(refusal.line, refusal.code) for refusal in preview.refused] == [
        (3, "amount_sign"),
        (4, "row_date"),
        (5, "row_amount"),
        (6, "row_key"),
        (7, "row_date"),
        (8, "currency_unknown"),
        (9, "amount_scale"),
        (10, "row_twice"),
        (11, "row_ragged"),
    ]
    assert report.refused == preview.refused
    assert len(door.of("deal.won")) == 1


def test_a_strict_import_with_a_refused_row_sends_nothing(tmp_path: Path) -> None:
    """--strict refuses the whole import for one row."""
    folder = deals(tmp_path, "1|Won|5", "2|Won|-5", header="id|stage|amount")
    preview = prepare(options(folder, strict=True), tmp_path / "home")
    door = Door()
    with pytest.raises(RowsRefused, match=r"deals\.csv:3 amount_sign"):
        run(preview, door.submit, lambda done, total: None)
    assert door.chunks == []


def test_assumptions_are_shown(tmp_path: Path) -> None:
    """Currency, zone and an undecided order of day and month stand in the preview."""
    folder = deals(tmp_path, "1|Talk|5|3/4/2024 10:00", "2|Talk|6|5/4/2024 11:00", header="id|stage|amount|created")
    preview = prepare(options(folder, company_zone="Asia/Shanghai", company_currency="CNY"), tmp_path / "home")
    notes = "\n".join(preview.files[0].notes)
    assert "2 amounts have no currency and are taken as CNY" in notes
    assert "2 times in “created” have no offset and are taken in Asia/Shanghai" in notes
    assert "day before month, assumed" in notes
    assert preview.files[0].sample[0]["created"] == "2024-04-03T10:00:00+08:00"


def test_the_zone_can_be_told(tmp_path: Path) -> None:
    """--zone goes before the company's."""
    door = Door()
    folder = deals(tmp_path, "1|Talk|5|2024-04-03 10:00", header="id|stage|amount|created")
    take(folder, door, zone="Europe/Berlin", company_zone="Asia/Shanghai")
    assert door.of("deal.created")[0]["time"] == "2024-04-03T08:00:00Z"


def test_several_products_and_symbols(tmp_path: Path) -> None:
    """Products are split at semicolons unless the whole text is one; the symbol gives the currency."""
    door = Door()
    folder = deals(tmp_path, "1|Talk|£5|Roof; Solar", header="id|stage|amount|product")
    take(folder, door)
    created = door.told("deal.created")[0]
    assert created["currency"] == "GBP"
    assert created["products"] == [
        identify(b"a secret of the tests", "product", "crm", name) for name in ("roof", "solar")
    ]


def test_deals_without_a_key_are_told_apart_by_what_else_they_have(tmp_path: Path) -> None:
    """Without ids, titles or titles with accounts are the key."""
    door = Door()
    header = "deal name|account|stage|amount"
    rows = ("Roof|Hansen|Talk|5", "Roof|Bolt|Talk|6", "Door|Bolt|Talk|7")
    preview, _ = take(deals(tmp_path, *rows, header=header), door)
    assert len({event["subject"] for event in door.of("deal.created")}) == 3
    assert any("told apart by title and account" in note for note in preview.files[0].notes)


def test_deleted_rows_are_no_deals(tmp_path: Path) -> None:
    """A row that its CRM marks as deleted is not brought in."""
    door = Door()
    take(deals(tmp_path, "1|Won|5|true", "2|Talk|6|false", header="id|stage|amount|is_deleted"), door)
    assert len(door.of("deal.created")) == 1


def test_nothing_understood_is_an_error(tmp_path: Path) -> None:
    """A file of something else is refused with what to do."""
    folder = deals(tmp_path, "a|b", header="x|y")
    with pytest.raises(NothingToImport, match="--map"):
        prepare(options(folder), tmp_path / "home")


def test_columns_can_be_mapped_by_hand_and_the_mapping_saved(tmp_path: Path) -> None:
    """--map names what could not be recognised; the saved mapping does the same again."""
    folder = deals(tmp_path, "a|Talk|5|Anna", "b|Talk|6|Bob", header="ref|where|worth|who")
    told = {"ref": "key", "where": "stage", "worth": "amount", "who": "owner"}
    preview = prepare(options(folder, columns=told), tmp_path / "home")
    saved = write(tmp_path / "mapping.json", json.dumps(preview.mapping()))
    again = prepare(options(folder, mapping_file=saved), tmp_path / "home")
    assert [column.field for column in again.files[0].columns] == ["key", "stage", "amount", "owner"]
    assert again.rows == 2


def test_an_export_without_a_win_says_so(tmp_path: Path) -> None:
    """When no stage means won, the preview says how to name one."""
    folder = deals(tmp_path, "1|Signed|5", "2|Talk|6", header="id|stage|amount")
    assert "--won" in prepare(options(folder), tmp_path / "home").notes[0]
    assert prepare(options(folder, won=frozenset({"Signed"})), tmp_path / "home").notes == ()


def test_the_name_of_an_export_may_be_long_and_chinese(tmp_path: Path) -> None:
    """The memory and the source stay within what files and addresses can be."""
    door = Door()
    folder = deals(tmp_path, "1|Won|5", header="id|stage|amount")
    take(folder, door, export="二零二四年第一季度全国销售商机导出" * 8)
    assert len(str(door.events[0]["source"])) <= 255
