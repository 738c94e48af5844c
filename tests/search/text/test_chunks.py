"""Chunks: whole sentences of about a hundred tokens, with their places."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search.text.chunks import TOKENS_MAX, chunks, length, passage, sentences


def test_sentences_end_where_people_end_them() -> None:
    """English ends with a stop and a space, Chinese with its own stops, and a line is the end as well."""
    text = "We lost on price. They paid 1.5 million!\n对方说太贵了。我们降了价？是的；签了"
    parts = [text[span.start : span.end] for span in sentences(text)]
    assert parts == [
        "We lost on price.",
        "They paid 1.5 million!",
        "对方说太贵了。",
        "我们降了价？",
        "是的；",
        "签了",
    ]


def test_a_short_text_is_one_chunk() -> None:
    """A ticket is not cut."""
    text = "The export fails. It says ERR-4012."
    assert [(span.start, span.end) for span in chunks(text)] == [(0, len(text))]


def test_long_texts_are_cut_between_sentences() -> None:
    """Each chunk begins and ends with a sentence, and none is longer than a model reads."""
    text = " ".join(f"Sentence number {number} says something about renewals and prices." for number in range(60))
    found = [text[span.start : span.end] for span in chunks(text)]
    assert len(found) > 4
    assert all(part.startswith("Sentence") and part.endswith(".") for part in found)
    assert all(length(part) <= TOKENS_MAX for part in found)


def test_what_has_no_sentences_is_cut_all_the_same() -> None:
    """A thousand characters without a stop, or words without one, become chunks that a model reads whole."""
    for text in ("客户" * 500, "renewal " * 900, "x" * 5_000):
        assert all(length(text[span.start : span.end]) <= TOKENS_MAX for span in chunks(text))


@given(st.text(alphabet="ab .。\n客x!", max_size=900))
def test_nothing_is_lost(text: str) -> None:
    """Everything but space lies in exactly one chunk, in order."""
    spans = chunks(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    kept = "".join("".join(text[span.start : span.end].split()) for span in spans)
    assert kept == "".join(text.split())


def test_a_passage_names_its_document() -> None:
    """Title and lead stand before every chunk; a title as long as a text is shortened."""
    assert passage("Churn review", "", "We lost.") == "Churn review\nWe lost."
    assert length(passage("word " * 900, "", "We lost.")) < TOKENS_MAX
