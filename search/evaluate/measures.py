"""Measures of a ranking against judgements."""

import math
from collections.abc import Mapping, Sequence


def ndcg(ranking: Sequence[str], gains: Mapping[str, float], depth: int = 10) -> float:
    """Return the discounted gain over the best that could be, 0 to 1.

    Gains count as they are (Järvelin and Kekäläinen, 2002, without the powers of two).
    """
    ideal = sum(gain / math.log2(place + 2) for place, gain in enumerate(sorted(gains.values(), reverse=True)[:depth]))
    found = sum(gains.get(one, 0.0) / math.log2(place + 2) for place, one in enumerate(ranking[:depth]))
    return found / ideal if ideal else 0.0


def reciprocal_rank(ranking: Sequence[str], gains: Mapping[str, float], depth: int = 10) -> float:
    """Return one over the place of the first right document, 0.0 when none is among the first `depth`."""
    return next((1.0 / (place + 1) for place, one in enumerate(ranking[:depth]) if one in gains), 0.0)


def recall(ranking: Sequence[str], gains: Mapping[str, float], depth: int) -> float:
    """Return the share of right documents among the first `depth`."""
    return sum(one in gains for one in ranking[:depth]) / len(gains) if gains else 0.0
