"""Terms: stems, stop words, Chinese pairs, identifiers whole and in parts, each with its place."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.tokens import is_identifier, tokens, tokens_among


def terms(text: str, *, query: bool = False) -> list[str]:
    """Return the terms of a text."""
    return [token.term for token in tokens(text, query=query)]


def test_english_is_lowered_stemmed_and_stripped_of_stop_words() -> None:
    """Forms of a word are one term, and words without a topic are none."""
    assert terms("The Renewals of these CUSTOMERS were renewed") == ["renew", "custom", "renew"]


def test_chinese_becomes_characters_and_pairs() -> None:
    """A passage holds single characters and pairs, a longer question pairs alone, a short one both."""
    assert terms("续约谈判") == ["续", "约", "谈", "判", "续约", "约谈", "谈判"]
    assert terms("续约谈判", query=True) == ["续约", "约谈", "谈判"]
    assert terms("续约", query=True) == ["续", "约", "续约"]


def test_traditional_is_read_as_simplified() -> None:
    """A Traditional question finds a Simplified passage, and the places stay those of the text."""
    found = tokens("客戶續約", query=True)
    assert [token.term for token in found] == terms("客户续约", query=True)
    assert [(token.start, token.end) for token in found] == [(0, 2), (1, 3), (2, 4)]


def test_full_width_letters_are_letters() -> None:
    """Full-width forms are the same terms."""
    assert terms("ＣＲＭ２０") == terms("CRM20")


@pytest.mark.parametrize(
    "word",
    ["ERR-4012", "sku9f3", "0x80070005", "v2.3.1", "foo_bar", "spring.datasource.url", "192.168.0.1", "INV-2017-0042"],
)
def test_identifiers_are_kept_whole(word: str) -> None:
    """A code is one term, beside its parts, and is known as an identifier."""
    found = tokens(f"what is {word}?")
    assert any(token.identifier and token.term == word.lower() for token in found)
    assert is_identifier(word)


@pytest.mark.parametrize("word", ["2017", "1.5", "2017-03-04", "19th", "24-hour", "state-of-the-art", "e.g", "1990s"])
def test_numbers_dates_and_joined_words_are_no_identifiers(word: str) -> None:
    """What people write in prose does not look like a code."""
    assert not is_identifier(word)


def test_an_identifier_is_found_by_its_parts() -> None:
    """Parts of a code, and humps of a name in camel case, are terms of their own."""
    assert {"err-4012", "err", "4012"} <= set(terms("ERR-4012"))
    assert {"getusernam", "user", "name"} <= set(terms("getUserName"))


@given(st.text(max_size=60))
def test_places_lie_in_the_text(text: str) -> None:
    """Whatever the text, every token stands somewhere in it, in order of its pieces."""
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.term


def test_nothing_heavy_comes_with_the_import() -> None:
    """Stemmer and converter are loaded with the first text, not with the module."""
    script = (
        "import sys, search.text.tokens, search.text.sparse, search.text.chunks\n"
        "assert not {'snowballstemmer', 'opencc', 'numpy'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("text", ["The ERR-4012 of parseHTTP, twice: err-4012!", "客户续约因为 CRM 的预算推迟了。", ""])
def test_tokens_among_terms_are_those_of_all(text: str) -> None:
    """Looking for some terms finds the same tokens, at the same places, as looking through all of them."""
    every = tokens(text)
    assert tokens_among(text, {one.term for one in every}) == every
    for wanted in ({"err-4012"}, {"客户", "crm"}, {"预算", "twice"}, set()):
        assert tokens_among(text, wanted) == [one for one in every if one.term in wanted]
