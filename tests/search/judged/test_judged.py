"""Search finds what people judged to be right, in English, in Chinese and across; figures may rise but not fall."""

import pytest

from search.evaluate.folder import Judged
from search.evaluate.measures import ndcg, recall
from search.index.access import Access
from search.ranking.question import Question
from search.ranking.searcher import Searcher

PUBLIC = Access(readers=("public",))
OFF_TOPIC = (
    "best pasta recipe with tomatoes",
    "how tall is mount everest",
    "guitar chords for beginners",
    "红烧肉怎么做",
    "怎么给猫洗澡",
    "明天北京天气怎么样",
)


@pytest.mark.parametrize(
    ("kind", "least"), [("en", 0.88), ("zh", 0.95), ("zx", 0.85), ("ex", 0.78)], ids=["en", "zh", "zh-en", "en-zh"]
)
def test_each_kind_of_question_finds_its_documents(judged: Judged, searcher: Searcher, kind: str, least: float) -> None:
    """Mean nDCG@10 of English, Chinese, and of each asking for the other, all in one index, has a minimum."""
    found = []
    for one in judged.questions:
        if one.id.startswith(kind):
            ranking = searcher.ranking(Question(text=one.text, access=PUBLIC))
            assert recall(ranking, judged.gains[one.id], 10) > 0, one.text
            found.append(ndcg(ranking, judged.gains[one.id]))
    assert len(found) >= 6
    assert sum(found) / len(found) >= least


def test_codes_are_found_first(searcher: Searcher) -> None:
    """An error code in a question of either language leads to its ticket, and counts as a good find."""
    for text, wanted in (("XLS-0066", "en-export"), ("INV-2091 是什么问题", "zh-invoice"), ("auth-4107", "en-sso")):
        answer = searcher.search(Question(text=text, access=PUBLIC))
        assert answer.hits[0].doc_id == wanted and answer.good


def test_what_is_not_there_is_said_so(searcher: Searcher) -> None:
    """Questions about something else get the closest, and are told that it is not good."""
    assert not any(searcher.search(Question(text=text, access=PUBLIC)).good for text in OFF_TOPIC)


def test_most_good_finds_are_called_good(judged: Judged, searcher: Searcher) -> None:
    """Of questions that the shelf answers, most are told so."""
    answers = [searcher.search(Question(text=one.text, access=PUBLIC)) for one in judged.questions]
    assert sum(answer.good for answer in answers) >= 0.7 * len(answers)


def test_an_answer_across_languages_says_so(searcher: Searcher) -> None:
    """A Chinese question finds the English play, marked as being in another language."""
    hits = searcher.search(Question(text="联系人离职了", access=PUBLIC)).hits
    play = next(hit for hit in hits if hit.doc_id == "en-champion")
    assert play.why.across and play.language == "en" and play.snippet.text


@pytest.mark.parametrize(
    ("question", "document", "sentence"),
    [
        ("支持我们的人离职后，怎么认识接替他的人", "en-champion", "Ask the champion for an introduction"),
        ("联系人离职后第一个月应该怎么做", "en-champion", "Book a value review with the new owner"),
        ("买家不回复消息", "en-noshow", "After two weeks send a short message"),
        ("asking existing customers for referrals", "zh-referral", "请对方介绍一位同行"),
    ],
)
def test_the_best_sentence_of_another_language(searcher: Searcher, question: str, document: str, sentence: str) -> None:
    """A Chinese question shows that sentence of an English play which answers it, and the other way round."""
    hit = next(hit for hit in searcher.search(Question(text=question, access=PUBLIC)).hits if hit.doc_id == document)
    assert hit.why.across and hit.snippet.by_meaning
    assert hit.snippet.text.startswith(sentence)
