"""Fusion: a weighted mean of how near a passage is in meaning and how much of the question it holds, both 0 to 1.

The weight is decided by the question alone, so every passage of an answer is measured alike, and a score says the same
whatever else was found.
"""

from dataclasses import dataclass

from search.ranking.question import Reading
from search.text.sparse import WEIGHT_MAX

ENGLISH, CHINESE, TRADITIONAL, IDENTIFIED = 0.6, 0.5, 0.2, 0.15
"""How much the model counts: in English, Chinese, Traditional Chinese; and at most, beside a known identifier."""
STAND_IN = 0.7
"""What meaning counts in place of words, for a document in another language than the question."""
GOOD_ENGLISH, GOOD_CHINESE, GOOD_ACROSS = 0.26, 0.20, 0.16
NEAR = 0.5
"""The scores from which the best hit is a good one; docs/search.md says how often they err."""
UNKNOWN_MAX = 0.25
"""The share of unknown pieces from which on a model counts for nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a score is made of: the cosine as it is, and both parts from 0 to 1."""

    cosine: float
    semantic: float
    keyword: float


def weight(reading: Reading, *, identified: bool) -> float:
    """Return how much the model counts for a question, 0 to 1; `identified`: it holds an identifier that is known."""
    share = TRADITIONAL if reading.traditional else ENGLISH + (CHINESE - ENGLISH) * reading.chinese
    share *= max(0.0, 1.0 - reading.unknown / UNKNOWN_MAX)
    return min(share, IDENTIFIED) if identified else share


def semantic(cosine: float, floor: float) -> float:
    """Return a cosine on a scale where 0 is what unrelated texts have, and 1 the same text."""
    return min(1.0, max(0.0, (cosine - floor) / (1.0 - floor)))


def coverage(bm25: float, rarity: float, typical: float) -> float:
    """Return how much of a question a passage holds, 0 to 1: its BM25 over the most that it could be.

    `rarity` is the sum of the inverse document frequencies of the question, 0.0 when it has no terms; `typical` is
    what a word weighs in this corpus.
    """
    return min(1.0, max(0.0, bm25 / (WEIGHT_MAX * typical * rarity))) if rarity > 0 else 0.0


def keyword(covered: float, near: float, *, across: bool) -> float:
    """Return the part of words, 0 to 1, of how much of a question is covered.

    A document in another language cannot hold its words, names and numbers apart: there `STAND_IN` of how near it is
    in meaning stands in for them, or whatever shares a word and a language would always come before it.
    """
    return min(1.0, covered + STAND_IN * near) if across else covered


def fuse(parts: Parts, share: float) -> float:
    """Return the score, 0 to 1."""
    return mixed(parts.semantic, parts.keyword, share)


def mixed(near: float, held: float, share: float) -> float:
    """Return the score, 0 to 1, of the parts of meaning and of words, `share` of it the first."""
    return share * near + (1.0 - share) * held


def is_near(score: float, language: str, *, across: bool) -> bool:
    """Tell whether a hit that is no good one still has to do with the question: at least `NEAR` of what is good."""
    return is_good(score / NEAR, language, across=across)


def is_good(score: float, language: str, *, across: bool) -> bool:
    """Tell whether the score of a best hit is more than what questions about something else reach."""
    return score >= (GOOD_ACROSS if across else GOOD_CHINESE if language == "zh" else GOOD_ENGLISH)
