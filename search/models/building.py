"""Building a bridge: pairs of translations are read by both models, most are trained on, the rest is the test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.models.bridge import Bridge
from search.models.choice import FOLDER
from search.models.failures import PairsTooFew
from search.models.model import Model
from search.models.onnx import Reader
from search.models.training import PAIRS_MIN, Training, found_first, train
from search.models.vectors import Vectors
from search.text.script import simplify

Progress = Callable[[int, int], None]
HELD_OUT = 1_000
_PIECE = 128


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A bridge and how well it does: shares of held-out translations that are found first among all of them."""

    bridge: Bridge
    trained: int
    held_out: int
    chinese_to_english: float
    english_to_chinese: float


def build(
    folder: Path,
    models: tuple[Model, Model],
    pairs: Sequence[tuple[str, str]],
    *,
    training: Training | None = None,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Return a bridge between two models of a folder, English and Chinese, trained on pairs of translations."""
    if len(pairs) < PAIRS_MIN:
        raise PairsTooFew(len(pairs), PAIRS_MIN)
    total = 2 * len(pairs)
    english = _read(Reader(folder, models[0].name), [one for one, _ in pairs], progress, 0, total)
    chinese = _read(Reader(folder, models[1].name), [simplify(one) for _, one in pairs], progress, len(pairs), total)
    training = training or Training()
    order = np.random.default_rng(training.seed).permutation(len(pairs))
    held = min(HELD_OUT, len(pairs) // 5)
    test, rest = order[:held], order[held:]
    bridge = train(english[rest], chinese[rest], models, training=training)
    shares = found_first(bridge.from_english(english[test]), bridge.from_chinese(chinese[test]))
    return Report(
        bridge=bridge,
        trained=len(rest),
        held_out=held,
        chinese_to_english=shares[0],
        english_to_chinese=shares[1],
    )


def place_of(folder: Path, models: tuple[Model, Model]) -> Path:
    """Return where the bridge of two models lies in a folder of models."""
    return folder / FOLDER / f"{models[0].name}--{models[1].name}.npz"


def _read(reader: Reader, texts: Sequence[str], progress: Progress, done: int, total: int) -> Vectors:
    pieces = []
    for start in range(0, len(texts), _PIECE):
        pieces.append(reader.read(texts[start : start + _PIECE]))
        progress(done + start + len(pieces[-1]), total)
    return np.concatenate(pieces)
