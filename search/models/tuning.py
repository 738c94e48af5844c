"""Tuning: a sentence-transformers model learns from a company's own judgements; needs the extra `models`.

Each question is drawn to a document that answers it and away from the others of its batch (the contrast of
`search.models.training`, through the whole model). A fifth of the questions is kept back and says whether it helped.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search.models.failures import JudgementsTooFew
from search.models.original import load_original
from search.models.vectors import Vectors, unit

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

Progress = Callable[[int, int], None]
QUESTIONS_MIN = 20
DEPTH = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgements:
    """Documents and questions by id, and per question the documents that answer it with their gain, above 0."""

    documents: Mapping[str, str]
    questions: Mapping[str, str]
    gains: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tuning:
    """How a model is tuned; `scale` multiplies cosines before the softmax."""

    passes: int = 2
    batch: int = 16
    rate: float = 2e-5
    scale: float = 20.0
    seed: int = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Tuned:
    """What tuning did: nDCG@10 over the questions kept back, before and after."""

    learned: int
    kept_back: int
    before: float
    after: float

    @property
    def better(self) -> bool:
        """Return whether it helped."""
        return self.after > self.before


def tune(
    source: str,
    place: str,
    judgements: Judgements,
    *,
    tuning: Tuning | None = None,
    progress: Progress = lambda done, total: None,
) -> Tuned:
    """Tune a model and save it in the folder `place` as sentence-transformers does.

    Raise `JudgementsTooFew`, `ExtraMissing` or `ModelUnsupported`.
    """
    tuning = tuning or Tuning()
    asked = sorted(name for name in judgements.questions if judgements.gains.get(name))
    if len(asked) < QUESTIONS_MIN:
        raise JudgementsTooFew(len(asked), QUESTIONS_MIN)
    random.Random(tuning.seed).shuffle(asked)  # noqa: S311 - a seeded order
    kept_back, learned = asked[: len(asked) // 5], asked[len(asked) // 5 :]
    original = load_original(source)

    before = ndcg(original, judgements, kept_back)
    _learn(original, learned, judgements, tuning, progress)
    after = ndcg(original, judgements, kept_back)
    original.save(place)
    return Tuned(learned=len(learned), kept_back=len(kept_back), before=before, after=after)


def ndcg(original: "SentenceTransformer", judgements: Judgements, asked: Sequence[str]) -> float:
    """Return the mean nDCG@10 of some questions over all documents."""
    names = list(judgements.documents)
    questions = _read(original, [judgements.questions[name] for name in asked])
    cosines = questions @ _read(original, list(judgements.documents.values())).T
    values = []
    for row, name in zip(cosines, asked, strict=True):
        gains = judgements.gains[name]
        best = np.argsort(-row, kind="stable")[:DEPTH]
        ideal = _discounted(sorted(gains.values(), reverse=True)[:DEPTH])
        values.append(_discounted([gains.get(names[place], 0.0) for place in best]) / ideal)
    return sum(values) / len(values)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def _read(original: "SentenceTransformer", texts: list[str]) -> Vectors:
    return unit(np.asarray(original.encode(texts, prompt="", convert_to_numpy=True), dtype=np.float32))


def _learn(
    original: "SentenceTransformer", learned: list[str], judgements: Judgements, tuning: Tuning, progress: Progress
) -> None:
    """Change the weights of a model by the contrast of its batches."""
    import torch

    torch.manual_seed(tuning.seed)
    dice = random.Random(tuning.seed)  # noqa: S311 - a seeded order
    pairs = [(name, document) for name in learned for document in judgements.gains[name]]
    every = math.ceil(len(pairs) / tuning.batch)
    walker = torch.optim.AdamW(original.parameters(), lr=tuning.rate)
    original.train()
    for step in range(tuning.passes * every):
        if step % every == 0:
            dice.shuffle(pairs)
        start = (step % every) * tuning.batch
        walker.zero_grad()
        _loss(original, pairs[start : start + tuning.batch], judgements, tuning.scale).backward()
        walker.step()
        progress(step + 1, tuning.passes * every)
    original.eval()


def _loss(
    original: "SentenceTransformer", batch: Sequence[tuple[str, str]], judgements: Judgements, scale: float
) -> "torch.Tensor":
    """Return the contrast of a batch of questions and documents that answer them."""
    import torch

    asked = _states(original, [judgements.questions[name] for name, _ in batch])
    answers = _states(original, [judgements.documents[name] for _, name in batch])
    # Another document of the batch that answers the question as well is no wrong answer.
    also = [
        [row != column and other in judgements.gains[name] for column, (_, other) in enumerate(batch)]
        for row, (name, _) in enumerate(batch)
    ]
    cosines = (scale * asked @ answers.T).masked_fill(torch.tensor(also), -math.inf)
    return torch.nn.functional.cross_entropy(cosines, torch.arange(len(batch)))


def _states(original: "SentenceTransformer", texts: list[str]) -> "torch.Tensor":
    import torch

    found = original(original.preprocess(texts))["sentence_embedding"]
    return torch.nn.functional.normalize(found, dim=1)
