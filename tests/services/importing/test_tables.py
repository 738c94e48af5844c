"""Files of every usual make are read as the same table, and what is no row is named with its line."""

import pytest

from services.importing.errors import FileRefused
from services.importing.tables.encoding import decode
from services.importing.tables.jsonlines import read_jsonlines
from services.importing.tables.separated import read_separated
from services.importing.tables.table import Table

CHINESE = "商机编号,客户名称,金额\nA1,北京远山科技,12000\nA2,上海长河贸易,8000\n"


def separated(text: str) -> Table:
    """Return text read as a file."""
    return read_separated("deals.csv", "utf-8", text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_of_a_chinese_export_is_read(encoding: str) -> None:
    """The same Chinese table comes out of UTF-8, GBK and UTF-16, with and without a mark."""
    decoded = decode(CHINESE.encode(encoding))
    assert decoded is not None
    assert decoded.text.lstrip("\ufeff") == CHINESE


def test_western_accents_are_not_taken_for_chinese() -> None:
    """A Windows-1252 file stays Western, although its bytes could be read as GB18030."""
    text = "name,city\nMüller Söhne,Köln\nCafé Noël,Besançon\n"
    decoded = decode(text.encode("cp1252"))
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (text, "cp1252")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    """Each usual delimiter is found, also where amounts and texts hold other ones."""
    rows = [
        ["id", "name", "amount"],
        ["1", "Roof, red", "1.5"],
        ["2", "Door; oak", "2.5"],
        ["3", "Wall", "7"],
    ]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    found = separated(text)
    assert found.delimiter == delimiter
    assert found.headers == ("id", "name", "amount")
    assert [row.cells for row in found.rows] == [tuple(row) for row in rows[1:]]


def test_a_quoted_field_may_hold_newlines_and_lines_are_still_counted() -> None:
    """The row after a quoted newline keeps its own line number."""
    found = separated('id,note\n1,"first\nsecond"\n2,plain\n')
    assert [(row.line, row.cells) for row in found.rows] == [(2, ("1", "first\nsecond")), (4, ("2", "plain"))]


def test_ragged_rows_are_refused_with_their_line() -> None:
    """A row with too few or too many cells is refused; empty surplus cells are not counted."""
    found = separated("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12,,\n")
    assert [row.line for row in found.rows] == [2, 5]
    assert [(refusal.line, refusal.code) for refusal in found.refused] == [
        (3, "row_ragged"),
        (4, "row_ragged"),
    ]
    assert found.refused[0].reason == "2 cells where the header has 3"


def test_a_quote_that_never_closes_costs_one_row() -> None:
    """Reading goes on in the next line after a stray quote."""
    found = separated('id,note\n1,fine\n2,"open\n3,fine\n4,fine\n')
    assert [row.cells[0] for row in found.rows] == ["1", "3", "4"]
    assert [(refusal.line, refusal.code) for refusal in found.refused] == [(3, "row_quote")]


def test_duplicate_and_empty_headers_get_names_of_their_own() -> None:
    """The second of two equal headers is numbered and noted; an empty one is named by its place."""
    found = separated("id,owner,owner,\n1,a,b,c\n")
    assert found.headers == ("id", "owner", "owner (2)", "column 4")
    assert "owner (2)" in found.notes[0]


def test_titles_and_blank_lines_above_the_header_are_skipped() -> None:
    """A report title above the table is no header."""
    found = separated("Open deals of June\n\nid,name\n1,Roof\n")
    assert found.headers == ("id", "name")
    assert found.rows[0].line == 4


def test_a_file_can_announce_its_delimiter() -> None:
    """The first line sep=; of a spreadsheet is obeyed."""
    assert separated("sep=;\nid;name\n1;Roof\n").headers == ("id", "name")


def test_a_file_without_rows_and_one_with_too_many_columns_are_refused() -> None:
    """An empty file and one of more than a thousand columns are no tables."""
    with pytest.raises(FileRefused, match="file_empty"):
        separated("\n\n")
    with pytest.raises(FileRefused, match="file_columns"):
        separated(",".join(f"c{place}" for place in range(1_001)))


def test_json_lines_are_a_table_of_all_their_keys() -> None:
    """Nested objects become dotted columns, numbers keep their digits, broken lines are refused."""
    text = '{"id": 7, "properties": {"amount": 10.50}}\nnonsense\n{"id": 8, "tags": ["a", "b"], "won": true}\n'
    found = read_jsonlines("deals.jsonl", "utf-8", text)
    assert found.headers == ("id", "properties.amount", "tags", "won")
    assert [row.cells for row in found.rows] == [("7", "10.50", "", ""), ("8", "", "a;b", "true")]
    assert [(refusal.line, refusal.code) for refusal in found.refused] == [(2, "row_json")]


def test_half_a_character_in_json_is_refused() -> None:
    """A lone surrogate cannot be kept as text."""
    text = '{"id": "1", "name": "\\ud800"}\n{"id": "2"}\n'
    assert [refusal.line for refusal in read_jsonlines("d.jsonl", "utf-8", text).refused] == [1]


def test_one_json_array_is_read_like_lines() -> None:
    """A file that is one array of objects has them as rows, numbered in its order."""
    found = read_jsonlines("deals.json", "utf-8", '[{"id": 1.50},\n {"id": 2}, 3]')
    assert [(row.line, row.cells) for row in found.rows] == [(1, ("1.50",)), (2, ("2",))]
    assert [refusal.line for refusal in found.refused] == [3]


def test_lines_of_two_encodings_are_each_read_in_their_own() -> None:
    """A file put together from UTF-8 and GBK is read line by line; what is neither is refused."""
    lines = [
        "编号,客户".encode(),
        "1,远山科技".encode(),
        "2,长河贸易有限公司".encode("gbk"),
        b"3,\xff\xfe",
        b"4,plain",
    ]
    decoded = decode(b"\n".join(lines))
    assert decoded is not None
    found = separated(decoded.text)
    assert [row.cells for row in found.rows] == [("1", "远山科技"), ("2", "长河贸易有限公司"), ("4", "plain")]
    assert [(refusal.line, refusal.code) for refusal in found.refused] == [(4, "row_encoding")]


def test_one_object_around_an_array_is_read_as_the_array() -> None:
    """What an API answered, saved as one object, is its one list of objects; an object without one is a row."""
    body = '{"totalSize": 2,\n "records": [{"Id": "1"},\n {"Id": "2"}]}'
    assert [row.cells for row in read_jsonlines("deals.json", "utf-8", body).rows] == [("1",), ("2",)]
    assert read_jsonlines("deals.json", "utf-8", '{"Id": "1", "Tags": ["a"]}').headers == ("Id", "Tags")
