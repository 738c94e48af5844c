"""Files that a stranger may bring: each gives the right rows or says what to do, and nothing is lost silently."""

from pathlib import Path

import pytest

from api.cli.imports import report_json, show_report
from api.cli.previews import preview_json, show_preview
from api.imports.files import load
from api.imports.importing import prepare
from services.importing.errors import CurrencyUnknown, FileRefused, NothingToImport, RowsRefused
from tests.api.imports.exports import Door, options, take, write

HEADER = "Id,Name,Owner,Stage,Amount,Close Date\n"
WON = "1,Roof,Kim,Won,10,2023-03-01\n"


def amounts(door: Door) -> list[object]:
    """Return the amounts of the deals that were created."""
    return [content.get("amount") for content in door.told("deal.updated")]


@pytest.mark.parametrize(
    ("name", "body", "advice"),
    [
        ("deals.xlsx", b"PK\x03\x04" + bytes(50), "save its sheet as CSV"),
        ("deals.xls", b"<html><table>", "save it as CSV"),
        ("deals.csv", b"\xef\xbb\xbf \n<?xml version", "save it as CSV"),
        ("deals.csv", HEADER.encode(), "no rows below it"),
        ("deals.csv", b"", "no header"),
        ("deals.csv", HEADER.encode("utf-32"), "CSV in UTF-8"),
        ("deals.csv", bytes(range(128)) * 200, "CSV in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(tmp_path: Path, name: str, body: bytes, advice: str) -> None:
    """Workbooks, web pages, headers without rows and what is no text are refused with advice."""
    (tmp_path / name).write_bytes(body)
    with pytest.raises(FileRefused, match=advice):
        load([tmp_path / name])


def test_a_folder_of_nothing_but_workbooks_says_so(tmp_path: Path) -> None:
    """The refusal of a folder names what was left out and why."""
    (tmp_path / "deals.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(NothingToImport, match=r"deals\.xlsx: it is a workbook; save its sheet as CSV"):
        prepare(options(tmp_path), tmp_path / "home")


def test_a_file_of_unknown_columns_names_them(tmp_path: Path) -> None:
    """Who has to write --map is told which columns there are."""
    path = write(tmp_path / "Verkauf.csv", "Nummer,Phase\n1,Gewonnen\n")
    with pytest.raises(NothingToImport, match=r"its columns are Nummer, Phase.*--map"):
        prepare(options(path), tmp_path / "home")


@pytest.mark.parametrize("spoilt", [WON.replace("Roof", "Ro\x00of"), WON + "\x00" * 4096])
def test_stray_zero_bytes_lose_no_row(tmp_path: Path, spoilt: str) -> None:
    """A zero byte in a cell or a block of them at the end is a fault of the exporter, not of the deal."""
    door = Door()
    write(tmp_path / "crm" / "deals.csv", HEADER + spoilt)
    _, report = take(tmp_path / "crm", door)
    assert (report.read, report.imported, door.told("deal.updated")[0]["title"]) == (1, 1, "Roof")


def test_a_line_of_totals_is_no_deal(tmp_path: Path) -> None:
    """The sum below a report is refused with its line, whatever the language."""
    door = Door()
    write(tmp_path / "crm" / "deals.csv", HEADER + WON + "Total,,,,10,\n合计,,,,10,\n")
    _, report = take(tmp_path / "crm", door)
    assert [(one.line, one.code) for one in report.refused] == [(3, "row_total"), (4, "row_total")]
    assert amounts(door) == ["10"]


def test_rows_read_are_imported_repeated_or_refused(tmp_path: Path) -> None:
    """The counts of a report add up to the rows of the files that were understood, the others are named with theirs."""
    door = Door()
    write(tmp_path / "crm" / "deals.csv", HEADER + WON + WON + "2,Door,Ana,Won,abc,2023-03-01\n3,Wall\n")
    write(tmp_path / "crm" / "notes.csv", "x,y\n1,2\n1,2,3\n")
    _, report = take(tmp_path / "crm", door)
    assert (report.read, report.imported, report.repeated, len(report.refused)) == (4, 1, 1, 2)
    assert [(one.name, one.rows) for one in report.left_out] == [("notes.csv", 2)]
    write(tmp_path / "crm" / "notes.csv", "x,y\n")
    (left_out,) = load([tmp_path / "crm"])[1]
    assert str(left_out.reason) == "it has a header and no rows below it (file_empty)"
    told = report_json(report)
    assert (told["rows"], told["imported"], told["repeated"]) == (4, 1, 1)


def test_strict_does_not_mind_files_of_other_things(tmp_path: Path) -> None:
    """A ragged row in a file that is left out anyway stops no strict import."""
    write(tmp_path / "crm" / "deals.csv", HEADER + WON)
    write(tmp_path / "crm" / "notes.csv", "x,y\n1,2\n1,2,3\n")
    _, report = take(tmp_path / "crm", Door(), strict=True)
    assert report.imported == 1
    write(tmp_path / "crm" / "deals.csv", HEADER + WON + "2,Door\n")
    with pytest.raises(RowsRefused):
        take(tmp_path / "crm", Door(), strict=True)


def test_names_that_look_like_markup_are_shown_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Square brackets in names, cells and file names reach the preview and the report unchanged."""
    rows = "1,[/b]Roof,[/red]Kim,Won,10,2023-03-01\n2,Door,[/red]Kin,Won,[/x]1,2023-03-01\n"
    write(tmp_path / "crm" / "[b]deals[" / "deals.csv", HEADER + rows)
    preview, report = take(tmp_path / "crm", Door())
    show_preview(preview)
    show_report(report)
    shown = capsys.readouterr()
    assert "[/b]Roof" in shown.out
    assert "[b]deals[/deals.csv:3 row_amount: “[/x]1” is no amount" in shown.err


def test_a_column_whose_content_is_something_else_says_so(tmp_path: Path) -> None:
    """A close date column without dates is not left out silently."""
    path = write(tmp_path / "deals.csv", HEADER + "1,Roof,Kim,Won,10,soon\n2,Door,Kim,Won,10,later\n")
    (file,) = prepare(options(path), tmp_path / "home").files
    assert [column.why for column in file.columns if not column.field] == [
        "named like “closed”, but its cells are no dates"
    ]


def test_day_numbers_and_dates_ahead_are_said(tmp_path: Path) -> None:
    """The preview says that day numbers were read as dates, and that a win cannot lie ahead."""
    path = write(tmp_path / "deals.csv", HEADER + "1,Roof,Kim,Won,10,42796\n2,Door,Kim,Won,10,54000\n")
    (file,) = prepare(options(path), tmp_path / "home").files
    assert [note.split(":")[0] for note in file.notes] == ["day_numbers", "currency_assumed", "close_date_ahead"]
    assert [row["closed"] for row in file.sample] == ["2017-03-02", "2047-11-04"]


def test_the_sample_shows_only_rows_that_are_taken(tmp_path: Path) -> None:
    """A row that will be refused is not shown among those that will be read."""
    path = write(tmp_path / "deals.csv", "Id,Name,Stage,Created Date\n1,Roof,Won,2099-01-01\n2,Door,Won,2023-01-01\n")
    (file,) = prepare(options(path), tmp_path / "home").files
    assert [row["title"] for row in file.sample] == ["Door"]


def test_a_stage_word_that_fits_nothing_is_said(tmp_path: Path) -> None:
    """A typing error in --won shows before the import, not in the numbers after it."""
    path = write(tmp_path / "deals.csv", HEADER + WON)
    notes = prepare(options(path, won=frozenset({"Signd", "won"})), tmp_path / "home").notes
    assert [note for note in notes if note.startswith("word_unused")] == [
        "word_unused: no deal has the stage or status “Signd” that --won or --lost names"
    ]


def test_a_currency_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    """A wrong --currency is one clear error, not one refusal a deal."""
    path = write(tmp_path / "deals.csv", HEADER + WON)
    with pytest.raises(CurrencyUnknown, match="ISO 4217"):
        prepare(options(path, company_currency="EURO"), tmp_path / "home")


@pytest.mark.parametrize("name", ["dispute_data.csv", "refunds.csv", "payouts.csv"])
def test_disputes_and_payments_are_no_deals(tmp_path: Path, name: str) -> None:
    """What a payment service won or lost is no deal, unless the person says so."""
    path = write(
        tmp_path / name, "id,amount,created,reason,status\n1,5,2023-01-01,fraud,won\n2,6,2023-01-01,fraud,lost\n"
    )
    with pytest.raises(NothingToImport):
        prepare(options(path), tmp_path / "home")
    told = {"status": "status", "id": "key"}
    assert prepare(options(path, columns=told), tmp_path / "home").files[0].kind == "deals"


def test_a_preview_for_programs_counts_the_same(tmp_path: Path) -> None:
    """--dry-run --json gives what the tables show."""
    path = write(tmp_path / "deals.csv", HEADER + WON + WON + "2,Door\n")
    told = preview_json(prepare(options(path), tmp_path / "home"))
    assert isinstance(files := told["files"], list)
    assert (files[0]["rows"], files[0]["imported"], files[0]["repeated"], len(files[0]["refused"])) == (3, 1, 1, 1)


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    """Two files that are called the same, from two folders, are named by their whole paths."""
    one = write(tmp_path / "a" / "deals.csv", HEADER + WON)
    other = write(tmp_path / "b" / "deals.csv", HEADER + WON.replace("1,", "2,", 1))
    assert [each.table.name for each in load([one, other])[0]] == [one.as_posix(), other.as_posix()]
    assert [each.table.name for each in load([one])[0]] == ["deals.csv"]


def test_an_export_of_a_known_name_is_said_to_be_newer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who imports another CRM's deals.csv is told that it will be compared with the first one."""
    write(tmp_path / "crm" / "deals.csv", HEADER + WON)
    take(tmp_path / "crm", Door())
    again = prepare(options(tmp_path / "crm"), tmp_path / "home")
    write(tmp_path / "crm" / "deals.csv", HEADER + WON.replace("10", "11"))
    newer = prepare(options(tmp_path / "crm"), tmp_path / "home")
    assert (again.again, again.newer, newer.again, newer.newer) == (True, False, False, True)
    show_preview(newer)
    assert "--export" in capsys.readouterr().err


def test_a_saved_mapping_says_which_of_its_columns_are_gone(tmp_path: Path) -> None:
    """A column that the CRM has renamed since the mapping was saved is not left out silently."""
    path = write(tmp_path / "deals.csv", HEADER + WON)
    saved = write(tmp_path / "mapping.json", '{"columns": {"deals.csv:Deal Size": "amount", "Stage": "stage"}}')
    notes = prepare(options(path, mapping_file=saved), tmp_path / "home").notes
    assert notes == ("column_missing: the mapping names columns that no file has: deals.csv:Deal Size",)
