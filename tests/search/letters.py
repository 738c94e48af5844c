"""A letter-counting embedder: texts with the same letters lie near each other; deterministic and without a model."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

WIDTH = 32


class Letters:
    """Counts pairs of letters into `WIDTH` places."""

    name = "letters"
    width = WIDTH

    def unknown(self, texts: Sequence[str]) -> float:
        """Return that everything is known."""
        return 0.0

    def encode(self, texts: Sequence[str], *, query: bool = False) -> npt.NDArray[np.float32]:
        """Return unit vectors; a question and a passage are read alike."""
        rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for row, text in enumerate(texts):
            plain = text.lower()
            for place in range(len(plain) - 1):
                rows[row, blake2b(plain[place : place + 2].encode(), digest_size=1).digest()[0] % WIDTH] += 1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.maximum(lengths, 1e-9)).astype(np.float32)


class Others(Letters):
    """Another model, as far as its name goes."""

    name = "others"
