"""The sentence that is shown is chosen by meaning where it is in another language, at a bounded cost."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search.ranking.meaning import PLACES_MAX, SENTENCES_MAX, nearest
from tests.search.letters import Letters
from tests.search.ranking.shelf import document, shelf

QUESTION = "qqqq wwww"
TEXT = "Nothing to say here. Qqqqq wwwww zz. The end of it."


class Counting(Letters):
    """Letters that count how many texts they were asked for."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> npt.NDArray[np.float32]:
        """Return unit vectors."""
        self.read.extend(texts)
        return super().encode(texts, query=query)


def test_the_nearest_sentence_is_chosen() -> None:
    """Each passage gives its own; one with one sentence is not read for it, nor is an empty one."""
    letters = Counting()
    vector = letters.encode([QUESTION])[0]
    letters.read.clear()
    assert nearest([TEXT, "Only this.", "", "Zz. Qqqq wwww."], vector, letters) == [1, 0, 0, 1]
    assert len(letters.read) == 5


def test_what_is_read_is_bounded() -> None:
    """However many passages there are, only so many sentences are read; the last passages show their first."""
    letters = Counting()
    vector = letters.encode([QUESTION])[0]
    letters.read.clear()
    found = nearest([TEXT] * 50, vector, letters)
    assert len(letters.read) == SENTENCES_MAX // 3 * 3
    assert found == [1] * (SENTENCES_MAX // 3) + [0] * (50 - SENTENCES_MAX // 3)
    assert nearest(["A b. " * (SENTENCES_MAX + 1)], vector, letters) == [0]


def test_words_choose_within_a_language(tmp_path: Path) -> None:
    """A hit in the language of the question costs no reading, and shows the sentence with its words, marked."""
    letters = Counting()
    with shelf(tmp_path, letters) as found:
        found.put(document("a", TEXT), document("b", "Qqqqq wwwww zz. Budgets are tight."))
        letters.read.clear()
        hits = {hit.doc_id: hit.snippet for hit in found.ask("budgets qqqq wwww").hits}
        assert hits["b"].text == "Budgets are tight." and hits["b"].highlights and not hits["b"].by_meaning
        assert letters.read == ["budgets qqqq wwww"]


def test_meaning_chooses_across_languages(tmp_path: Path) -> None:
    """In a hit of another language the nearest sentence is shown; of the first documents alone."""
    letters = Counting()
    with shelf(tmp_path, letters) as found:
        found.put(*(document(f"d{number}", TEXT) for number in range(PLACES_MAX + 2)))
        letters.read.clear()
        hits = found.ask("预算 qqqq wwww 很紧张").hits
        assert [hit.snippet.by_meaning for hit in hits] == [True, True, True, False, False]
        assert all(hit.why.across for hit in hits) and hits[0].snippet.text == "Qqqqq wwwww zz."
        assert len(letters.read) <= 1 + SENTENCES_MAX


def test_without_a_model_words_choose(tmp_path: Path) -> None:
    """Where nobody reads by meaning, what words there are in common choose in another language as well."""
    with shelf(tmp_path, None) as found:
        found.put(document("a", "Nothing to say here. CRM it is.", title="CRM"))
        (hit,) = found.ask("客户 CRM 系统").hits
        assert hit.why.across and hit.snippet.text == "CRM it is." and not hit.snippet.by_meaning


def test_a_model_that_does_not_know_the_words_counts_less(tmp_path: Path) -> None:
    """The more of a question is unknown to the model, the more do words count; from a quarter on they do alone."""

    class Partly(Letters):
        """Letters that know some of a question."""

        share = 0.0

        def unknown(self, texts: Sequence[str]) -> float:
            return self.share

    letters = Partly()
    with shelf(tmp_path, letters) as found:
        found.put(document("a", TEXT))
        shares = []
        for letters.share in (0.0, 0.1, 0.25, 1.0):
            shares.append(found.ask("qqqqq nothing").hits[0].why.share)
        assert shares[0] > shares[1] > shares[2] == shares[3] == 0.0
