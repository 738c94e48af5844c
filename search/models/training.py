"""Training of a bridge from pairs of translations, in plain numpy: a rotation first, then a contrast.

The rotation is the orthogonal Procrustes solution (Schönemann 1966). The contrast refines it: each sentence must be
closer to its own translation than to the others of its batch (InfoNCE, van den Oord et al. 2018), both ways, by Adam.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from search.models.bridge import Bridge
from search.models.model import Model
from search.models.vectors import Vectors, unit

Progress = Callable[[int, int], None]
# With fewer pairs than dimensions the rotation would be a guess.
PAIRS_MIN = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Training:
    """How the contrast is trained; `scale` multiplies cosines before the softmax."""

    passes: int = 3
    batch: int = 512
    scale: float = 20.0
    rate: float = 0.001
    seed: int = 7


def train(
    english: Vectors,
    chinese: Vectors,
    models: tuple[Model, Model],
    *,
    training: Training = Training(),
    progress: Progress = lambda done, total: None,
) -> Bridge:
    """Return a bridge trained on the vectors of pairs: row by row the same sentence in English and in Chinese."""
    english_mean = english.mean(axis=0)
    chinese_mean = chinese.mean(axis=0)
    targets = unit(english - english_mean)
    sources = chinese - chinese_mean
    turn = refine(sources, targets, rotation(sources, english - english_mean), training, progress)
    return Bridge(
        english=models[0].identity,
        chinese=models[1].identity,
        english_mean=english_mean.astype(np.float32),
        chinese_mean=chinese_mean.astype(np.float32),
        # As it will be saved, so that what was measured is what is used.
        turn=turn.astype(np.float16).astype(np.float32),
    )


def rotation(sources: Vectors, targets: Vectors) -> Vectors:
    """Return the map with orthonormal columns or rows that brings centred sources closest to centred targets."""
    left, _, right = np.linalg.svd(sources.T.astype(np.float64) @ targets.astype(np.float64), full_matrices=False)
    found: Vectors = (left @ right).astype(np.float32)
    return found


def refine(sources: Vectors, targets: Vectors, turn: Vectors, training: Training, progress: Progress) -> Vectors:
    """Return the map after the contrast; `targets` are unit rows."""
    dice = np.random.default_rng(training.seed)
    size = min(training.batch, len(sources))
    batches = len(sources) // size
    steps = training.passes * batches
    slope, square = np.zeros_like(turn), np.zeros_like(turn)
    for step in range(steps):
        if step % batches == 0:
            order = dice.permutation(len(sources))
        start = (step % batches) * size
        rows = order[start : start + size]
        found = gradient(sources[rows], targets[rows], turn, training.scale)
        slope = 0.9 * slope + 0.1 * found
        square = 0.999 * square + 0.001 * found**2
        # The rate falls to nothing along a half cosine, so that the end does not depend on the last batches.
        rate = training.rate * 0.5 * (1 + np.cos(np.pi * step / steps))
        corrected = np.sqrt(square / (1 - 0.999 ** (step + 1))) + 1e-8
        turn = turn - (rate * slope / (1 - 0.9 ** (step + 1)) / corrected).astype(np.float32)
        progress(step + 1, steps)
    return turn


def gradient(sources: Vectors, targets: Vectors, turn: Vectors, scale: float) -> Vectors:
    """Return how the contrast of a batch changes with the map."""
    turned = sources @ turn
    lengths = np.linalg.norm(turned, axis=1, keepdims=True)
    units = turned / lengths
    cosines = scale * (units @ targets.T)
    wanted = np.eye(len(sources), dtype=np.float32)
    pulls = (_softmax(cosines) + _softmax(cosines.T).T - 2 * wanted) / (2 * len(sources))
    along = scale * (pulls @ targets)
    across = (along - units * (units * along).sum(axis=1, keepdims=True)) / lengths
    found: Vectors = sources.T @ across
    return found


def _softmax(rows: Vectors) -> Vectors:
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    found: Vectors = powers / powers.sum(axis=1, keepdims=True)
    return found


def found_first(english: Vectors, chinese: Vectors) -> tuple[float, float]:
    """Return the shares of translations found first among all rows: Chinese asks for English, English for Chinese."""
    cosines = chinese @ english.T
    own = np.arange(len(english))
    return float((cosines.argmax(axis=1) == own).mean()), float((cosines.argmax(axis=0) == own).mean())
