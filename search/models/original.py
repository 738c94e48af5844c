"""Originals: models as sentence-transformers loads them, beside which ours are checked; needs the extra `models`."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from search.models.checking import Finding, cosines, sentences
from search.models.failures import ExtraMissing, ModelUnsupported
from search.models.model import Model, read_model
from search.models.vectors import Vectors, unit

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def load_original(source: str) -> "SentenceTransformer":
    """Return a model by its folder or its id on the hub, on the processor.

    Raise `ExtraMissing` without sentence-transformers, `ModelUnsupported` when there is no such model.
    """
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise ExtraMissing from None
    try:
        return SentenceTransformer(source, device="cpu")
    except (OSError, ValueError) as error:
        raise ModelUnsupported(source, str(error).strip().splitlines()[0].rstrip(".")) from None


def read_original(original: "SentenceTransformer", texts: tuple[str, ...]) -> Vectors:
    """Return unit vectors of documents as the original reads them, each text alone."""
    rows = [np.asarray(original.encode(text, prompt="", convert_to_numpy=True)) for text in texts]
    return unit(np.stack(rows).astype(np.float32))


def compare(folder: Path, name: str, source: str) -> list[Finding]:
    """Return how a model of a folder agrees with its original."""
    from search.models.onnx import Reader

    model = read_model(folder, name)
    texts = sentences(model.language)
    original = load_original(source)
    return [
        cosines(f"beside {source}", Reader(folder, name).read(texts), read_original(original, _shaped(model, texts)))
    ]


def _shaped(model: Model, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts in small letters for a model whose own tokenizer forgets to make them so."""
    return tuple(text.lower() for text in texts) if model.lowercase else texts
