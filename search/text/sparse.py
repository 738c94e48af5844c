"""Terms as sparse vectors: hashed dimensions and BM25 weights, so that an engine only multiplies and adds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from search.text.tokens import Token

SATURATION = 1.2
LENGTH_SHARE = 0.75
LENGTH_ENGLISH, LENGTH_CHINESE = 55.0, 165.0
"""Terms of a typical chunk, of characters and pairs together in Chinese; fixed, for a moving average would make the
weights of yesterday and today differ."""
NEIGHBOUR = 0.3
"""What a word in the chunk before or after counts: a question may ask for words on both sides of a cut."""
WEIGHT_MAX = SATURATION + 1.0
"""What the weight of a term comes near to but never reaches."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse vector: dimensions in ascending order, each with its weight."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@lru_cache(maxsize=200_000)
def dimension(term: str) -> int:
    """Return the dimension of a term, 0 to 2**32 - 1: the same in every process and on every machine."""
    return int.from_bytes(blake2b(term.encode("utf-8"), digest_size=4).digest(), "big")


def weigh(own: Sequence[Token], near: Sequence[Token] = (), *, chinese: float = 0.0) -> Sparse:
    """Return a chunk as BM25 weights without the inverse document frequency, which the engine knows.

    The weight of a term is tf (k + 1) / (tf + k (1 - b + b length / typical length)); Robertson and Zaragoza, 2009.
    `near` are the tokens of the chunks beside it, `chinese` is its share of Chinese.
    """
    counts: dict[int, float] = dict(Counter(dimension(token.term) for token in own))
    for token in near:
        index = dimension(token.term)
        counts[index] = counts.get(index, 0.0) + NEIGHBOUR
    typical = LENGTH_ENGLISH + (LENGTH_CHINESE - LENGTH_ENGLISH) * chinese
    length = len(own) + NEIGHBOUR * len(near)
    spread = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / typical)
    ordered = sorted(counts.items())
    return Sparse(
        indices=tuple(index for index, _ in ordered),
        values=tuple(round(count * WEIGHT_MAX / (count + spread), 5) for _, count in ordered),
    )


def asked(terms: Iterable[str]) -> Sparse:
    """Return a question: each of its terms once."""
    indices = tuple(sorted({dimension(term) for term in terms}))
    return Sparse(indices=indices, values=(1.0,) * len(indices))
