"""Quotations: what is taken away, and that places in them stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.mcp.quoting import LETTERS_MAX, quoted, seen, short, shortened


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("![a](https://x.example/?q=1)", "a"),
        ("see [the page](//x.example)", "see the page"),
        ("![a][b]\n[b]: https://x.example", "a\n"),
        ("<img src='https://x.example'> <b>yes</b>", " yes"),
        ("3 < 4 and [1] of f(x)", "3 < 4 and [1] of f(x)"),
        ("价格太高 (https)", "价格太高 (https)"),
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


def test_long_texts_of_events_are_cut_and_say_so() -> None:
    """Texts are cut wherever they stand in what an event tells; numbers stay."""
    long = "x" * (LETTERS_MAX + 7)
    assert short(long).endswith("… (and 7 letters more)") and short("x") == "x"
    assert shortened({"a": [long, 3, None]}) == {"a": [short(long), 3, None]}
