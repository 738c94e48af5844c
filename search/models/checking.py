"""Checking: whether a model on this machine reads as it should."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.models.fetch import wrong_files
from search.models.model import Language, Model
from search.models.onnx import Reader
from search.models.vectors import Vectors

SHIPPED = Path(__file__).with_name("data") / "expected.npz"
EXPECTED = "expected.npz"
# Eight-bit kernels round in their own way on each kind of processor; another model or another pooling is far below.
COSINE_MIN = 0.97
UNKNOWN_MAX = 0.05
"""The share of tokens from which on a model is taken to read another language than it says."""
_ENGLISH = (
    "The customer says that the price is too high.",
    "How do I reset my password?",
    "We lost the deal to a competitor because the security review took six weeks, and nobody told the champion.",
    "Q1 2017",
)
_CHINESE = (
    "客户说价格太高了。",
    "怎么重置密码？",
    "因为安全审查花了六个星期，而且没有人告诉支持我们的人，我们把这笔单子输给了竞争对手。",
    "用 CRM 管理客户关系",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at, whether it is as it should be, and what was found."""

    what: str
    good: bool
    detail: str


def sentences(language: Language) -> tuple[str, ...]:
    """Return the fixed sentences that a model of a language is checked with."""
    return {"en": _ENGLISH, "zh": _CHINESE, "any": _ENGLISH + _CHINESE}[language]


def check(folder: Path, name: str) -> Iterator[Finding]:
    """Yield what is found of a model: its hashes, and its vectors beside those that were recorded.

    Raise `ModelMissing` or `ModelBroken` when it cannot even be loaded.
    """
    reader = Reader(folder, name)
    wrong = wrong_files(folder, reader.model)
    yield Finding(what="hash", good=not wrong, detail=f"{', '.join(wrong)} differs" if wrong else "as recorded")
    found = reader.read(sentences(reader.model.language))
    wanted = (len(sentences(reader.model.language)), reader.model.width)
    yield Finding(what="shape", good=found.shape == wanted, detail=f"{found.shape[0]} × {found.shape[1]}")
    off = float(np.abs(np.linalg.norm(found, axis=1) - 1).max())
    unknown, tokens = (
        sum(column) for column in zip(*map(reader.unknown, sentences(reader.model.language)), strict=True)
    )
    share = unknown / max(tokens, 1)
    yield Finding(what="unknown", good=share <= UNKNOWN_MAX, detail=f"{share:.1%} of the tokens of fixed sentences")
    yield Finding(what="length", good=off < 1e-5, detail=f"1 ± {off:.0e}")
    yield cosines("vectors", found, recorded(folder, reader.model))


def cosines(what: str, found: Vectors, expected: Vectors | None) -> Finding:
    """Return how close vectors are to those that are expected, row by row."""
    if expected is None:
        return Finding(what=what, good=False, detail="nothing is recorded of this model; export it anew")
    if expected.shape != found.shape:
        return Finding(what=what, good=False, detail=f"{found.shape} where {expected.shape} is expected")
    close = (found * expected).sum(axis=1)
    return Finding(
        what=what,
        good=bool(close.min() >= COSINE_MIN),
        detail=f"cosine at least {close.min():.4f}, wanted {COSINE_MIN}",
    )


def recorded(folder: Path, model: Model) -> Vectors | None:
    """Return the vectors recorded of a model: in its own folder when it was exported, else those of Paceline."""
    own = folder / model.name / EXPECTED
    with np.load(own if own.exists() else SHIPPED, allow_pickle=False) as kept:
        return kept[model.identity].astype(np.float32) if model.identity in kept else None


def record(path: Path, vectors: dict[str, Vectors]) -> None:
    """Write the vectors of the fixed sentences by identity of the model."""
    np.savez_compressed(path, allow_pickle=False, **{key: rows.astype(np.float16) for key, rows in vectors.items()})
