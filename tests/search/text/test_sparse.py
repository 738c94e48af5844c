"""Sparse vectors: the same dimensions everywhere, BM25 weights, and a little of the neighbours."""

from search.text.sparse import WEIGHT_MAX, asked, dimension, weigh
from search.text.tokens import tokens


def test_dimensions_never_change() -> None:
    """A term has the same dimension in every process and on every machine; an index on the disk depends on it."""
    assert dimension("renew") == 2_572_567_676
    assert dimension("续约") == 2_793_092_687


def test_weights_grow_with_repetition_and_shrink_with_length() -> None:
    """A word that comes twice weighs more, but not twice as much; in a longer chunk it weighs less."""
    once, twice = (weigh(tokens(text)).values[0] for text in ("renewal", "renewal renewal"))
    assert once < twice < min(2 * once, WEIGHT_MAX)
    longer = weigh(tokens("renewal " + "price " * 100))
    assert dict(zip(longer.indices, longer.values, strict=True))[dimension("renew")] < once


def test_neighbours_count_a_little() -> None:
    """A word of the chunk beside is held, with less weight than a word of the chunk itself."""
    found = weigh(tokens("renewal"), tokens("discount"))
    weights = dict(zip(found.indices, found.values, strict=True))
    assert 0 < weights[dimension("discount")] < weights[dimension("renew")]


def test_a_question_has_each_term_once() -> None:
    """Repeating a word in a question does not make it count twice."""
    assert asked(["renew", "price", "renew"]).values == (1.0, 1.0)
    assert list(asked(["renew", "price"]).indices) == sorted(asked(["renew", "price"]).indices)
