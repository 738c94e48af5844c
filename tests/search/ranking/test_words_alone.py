"""Without a model search works by words, and says that it does."""

from pathlib import Path

import pytest

from tests.search.ranking.shelf import document, shelf


def test_words_are_enough_to_find(tmp_path: Path) -> None:
    """Passages without vectors are found by their words, and the score is their coverage alone."""
    with shelf(tmp_path, None) as full:
        full.put(document("a", "The renewal stalled."), document("b", "Freight tariffs."))
        answer = full.ask("why did renewals stall")
        assert [hit.doc_id for hit in answer.hits] == ["a"] and not answer.with_model
        assert answer.hits[0].why.share == 0.0
        assert (
            answer.hits[0].score == pytest.approx(answer.hits[0].why.keyword, abs=1e-5) and answer.hits[0].score > 0.0
        )


def test_nothing_good_is_said_so(tmp_path: Path) -> None:
    """Nothing to ask, no word in common, or one of many: no good find; most of the words: a good one."""
    with shelf(tmp_path, None) as full:
        full.put(document("a", "The renewal stalled over its budget."), document("b", "Freight tariffs."))
        assert not full.ask("").good and not full.ask("xylophone zebra").good
        closest = full.ask("which zebras play the xylophone at a renewal party in winter")
        assert [hit.doc_id for hit in closest.hits] == ["a"] and not closest.good
        assert full.ask("renewal budget").good
