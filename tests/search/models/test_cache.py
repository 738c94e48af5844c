"""What was read once is not read again."""

from pathlib import Path

import numpy as np
import pytest

from search.models.cache import CachedEmbedder
from tests.search.models.letters import Letters

TEXTS = ["price", "客户", "", "price", "security \ud800"]


def test_the_same_text_is_read_once(tmp_path: Path) -> None:
    """A second time, and in another process, nothing is read; the vectors are those of the embedder."""
    inner = Letters()
    cache = CachedEmbedder(inner, tmp_path / "vectors.db")
    first = cache.encode(TEXTS)
    assert len(inner.asked) == len(set(TEXTS))
    cache.close()
    again = CachedEmbedder(inner, tmp_path / "vectors.db")
    assert np.array_equal(again.encode(TEXTS), first)
    assert len(inner.asked) == len(set(TEXTS))
    assert first == pytest.approx(Letters().encode(TEXTS), abs=1e-3)
    assert first.dtype == np.float32
    again.close()


def test_questions_and_other_models_have_vectors_of_their_own(tmp_path: Path) -> None:
    """The same text as a question, or read by another model, is read anew."""
    one, other = Letters(), Letters("others")
    cache, beside = CachedEmbedder(one, tmp_path / "v.db"), CachedEmbedder(other, tmp_path / "v.db")
    cache.encode(["price"])
    cache.encode(["price"], query=True)
    beside.encode(["price"])
    assert one.asked == [("price", False), ("price", True)]
    assert other.asked == [("price", False)]
    assert cache.name == "letters" and beside.width == 8
    cache.close()
    beside.close()


def test_the_oldest_go_first(tmp_path: Path) -> None:
    """A cache never holds more than its most; what was kept last is still there."""
    inner = Letters()
    cache = CachedEmbedder(inner, tmp_path / "v.db", rows_max=10)
    for number in range(25):
        cache.encode([f"text {number}"])
    inner.asked.clear()
    cache.encode([f"text {number}" for number in range(15, 25)])
    assert inner.asked == []
    cache.encode(["text 14"])
    assert inner.asked == [("text 14", False)]
    cache.close()


def test_a_broken_file_is_made_anew(tmp_path: Path) -> None:
    """A file that is no cache is replaced by an empty one."""
    (tmp_path / "v.db").write_bytes(b"not a database at all" * 500)
    cache = CachedEmbedder(Letters(), tmp_path / "v.db")
    assert cache.encode(["price"]).shape == (1, 8)
    assert cache.encode([]).shape == (0, 8)
    cache.close()


def test_no_text_is_kept(tmp_path: Path) -> None:
    """The file holds nothing that could be read."""
    cache = CachedEmbedder(Letters(), tmp_path / "v.db")
    cache.encode(["a very confidential sentence"])
    cache.close()
    assert all(b"confidential" not in path.read_bytes() for path in tmp_path.iterdir())
