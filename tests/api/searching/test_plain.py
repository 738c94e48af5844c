"""Markdown as search reads it."""

from api.searching.plain import plain
from tests.bounded import run_bounded


def test_marks_and_addresses_go_and_words_stay() -> None:
    """Headings, lists, quotes, emphasis and links leave their words; names with underscores stay whole."""
    text = (
        "# Price\n\n## Script\n- Ask **what** is [dear](https://example.com/a_b).\n> Use `max_rows`, snake_case_name.\n"
    )
    assert plain(text, "Price") == "Script\nAsk what is dear.\nUse max_rows, snake_case_name."


def test_another_heading_stays() -> None:
    """Only a heading that is the title goes."""
    assert plain("# Script\nAsk.", "Price") == "Script\nAsk."


def test_a_text_of_nothing_but_openings_is_read_in_one_go() -> None:
    """The longest text that a document may have costs no more than moments of CPU, whatever mark it repeats."""
    run_bounded(
        "from api.mcp.quoting import quoted, seen\n"
        "from api.searching.plain import plain\n"
        "for mark in ('[', '![', '[a](', '](', '<a', '\\n', ' \\n', '**x ', '`x ', '- ', '[a]: '):\n"
        "    text = (mark * 65_536)[:65_536]\n"
        "    plain(text, 'x'), quoted(text), seen(text)\n"
    )
