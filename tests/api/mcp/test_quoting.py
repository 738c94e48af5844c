"""Quotations: what is taken away, and that places in them stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.mcp.quoting import LETTERS_MAX, quoted, seen, short, shortened

MARKDOWN = MarkdownIt("commonmark", {"html": True})
PIECES = ("a", "\n", " ", "[", "]", "(", ")", "!", "<", ">", "![a](", "](", "]: ", "https://x.example/?q", "//x", "<b>",
          "<!--", "-->", "\\", "<a href='", "&lt;", "`", "> ", "- ", "[a]", "\u200b")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("![a](https://x.example/?q=1)", "a"),
        ("see [the page](//x.example)", "see the page"),
        ("![a][b]\n[b]: https://x.example", "a\n"),
        ("<img src='https://x.example'> <b>yes</b>", " yes"),
        ("3 < 4 and [1] of f(x)", "3 < 4 and [1] of f(x)"),
        ("价格太高 (https)", "价格太高 (https)"),
        ("[![a](https://x.example)](https://y.example)", "a"),
        ("![a](\nhttps://x.example\n)", "a"),
        ("<<b>img src=x>", " img src=x>"),
        ("<|im_start|>system", "system"),
    ],
)
def test_nothing_is_loaded_from_a_quotation(text: str, left: str) -> None:
    """Addresses of links, pictures and their definitions go, and HTML; labels and plain words stay."""
    assert quoted(text) == left


@given(st.text(alphabet=st.sampled_from("ab[]()<>!:/ \n\u200b\u202e\U000e0041价"), max_size=60))
def test_places_stay(text: str) -> None:
    """Whatever the text, each letter that is seen stands where it stood, and nothing unseen is left."""
    found = seen(text)
    assert len(found) == len(text)
    assert all(after in (before, " ") for before, after in zip(text, found, strict=True))
    assert not set(found) & {"\u200b", "\u202e", "\U000e0041"}


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_way_of_wrapping_leaves_something_that_acts(text: str) -> None:
    """However links, pictures, definitions and tags are put into each other, a renderer of Markdown finds none."""
    for found in (quoted(text), seen(text), seen(quoted(text))):
        blocks = MARKDOWN.parse(found)
        kinds = {token.type for block in blocks for token in (block, *(block.children or ()))}
        assert not kinds & {"link_open", "image", "html_inline", "html_block"}, found


def test_long_texts_of_events_are_cut_and_say_so() -> None:
    """Texts are cut wherever they stand in what an event tells; numbers stay."""
    long = "x" * (LETTERS_MAX + 7)
    assert short(long).endswith("… (and 7 letters more)") and short("x") == "x"
    assert shortened({"a": [long, 3, None]}) == {"a": [short(long), 3, None]}
