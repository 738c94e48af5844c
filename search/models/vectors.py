"""Vectors: rows of float32, most of them of length one."""

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


def unit(rows: npt.NDArray[np.floating]) -> Vectors:
    """Return rows of length one; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Vectors = (rows / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32, copy=False)
    return found
