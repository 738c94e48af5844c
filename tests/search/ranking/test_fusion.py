"""The formulas of the score, by hand."""

import pytest

from search.ranking.fusion import Parts, coverage, fuse, is_good, keyword, semantic, weight
from search.ranking.question import Reading, read


def reading(**more: object) -> Reading:
    """Return how a question was read."""
    given: dict[str, object] = {"tokens": (), "chinese": 0.0, "traditional": False} | more
    return Reading(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "identified", "wanted"),
    [
        (reading(), False, 0.6),
        (reading(chinese=1.0), False, 0.5),
        (reading(chinese=1.0, traditional=True), False, 0.2),
        (reading(), True, 0.15),
        (reading(unknown=0.125), False, 0.3),
        (reading(unknown=0.5), False, 0.0),
        (reading(unknown=0.24), True, 0.024),
    ],
)
def test_the_question_decides_how_much_meaning_counts(question: Reading, identified: bool, wanted: float) -> None:
    """By language, by script, by known identifiers, and by how much the model cannot read."""
    assert weight(question, identified=identified) == pytest.approx(wanted)


def test_languages_have_one_scale() -> None:
    """Half Chinese counts between the two, so that nothing jumps."""
    assert weight(reading(chinese=0.5), identified=False) == pytest.approx(0.55)


def test_both_parts_lie_between_nothing_and_everything() -> None:
    """The floor is 0 and the same text is 1; all words at their fullest are 1, none is 0; nothing leaves the range."""
    assert semantic(0.1, 0.1) == semantic(-1.0, 0.1) == 0.0 and semantic(1.0, 0.1) == 1.0
    assert coverage(2.2 * 7, 7.0, 1.0) == coverage(99.0, 7.0, 1.0) == 1.0
    assert coverage(0.0, 7.0, 1.0) == coverage(5.0, 0.0, 1.0) == 0.0
    assert coverage(7.0, 7.0, 1.6) == pytest.approx(7 / (2.2 * 7 * 1.6))
    assert fuse(Parts(cosine=0.5, semantic=0.4, keyword=0.9), 0.6) == pytest.approx(0.6)


def test_a_question_is_read_once() -> None:
    """Terms, identifiers and script come from its text."""
    found = read("What does ERR-4012 mean?")
    assert found.identifiers == ("err-4012",) and "mean" in found.terms
    assert read("客戶續約談判").traditional and not read("客户续约谈判").traditional


def test_another_language_is_not_held_against_a_document() -> None:
    """Where words cannot match, meaning stands in for most of them; names and numbers that do match count as well."""
    assert keyword(0.1, 0.5, across=False) == 0.1
    assert keyword(0.1, 0.5, across=True) == pytest.approx(0.45)
    assert keyword(0.9, 0.9, across=True) == 1.0


def test_what_counts_as_good_depends_on_the_languages() -> None:
    """Chinese scores are lower than English ones, and lower still across."""
    assert is_good(0.27, "en", across=False) and not is_good(0.25, "en", across=False)
    assert is_good(0.21, "zh", across=False) and not is_good(0.17, "zh", across=False)
    assert is_good(0.17, "zh", across=True) and is_good(0.17, "en", across=True)
