"""Markdown as search reads it."""

from api.searching.plain import plain


def test_marks_and_addresses_go_and_words_stay() -> None:
    """Headings, lists, quotes, emphasis and links leave their words; names with underscores stay whole."""
    text = (
        "# Price\n\n## Script\n- Ask **what** is [dear](https://example.com/a_b).\n> Use `max_rows`, snake_case_name.\n"
    )
    assert plain(text, "Price") == "Script\nAsk what is dear.\nUse max_rows, snake_case_name."


def test_another_heading_stays() -> None:
    """Only a heading that is the title goes."""
    assert plain("# Script\nAsk.", "Price") == "Script\nAsk."
