"""The embedder: texts of either language as vectors of one space, each read by the model of its script.

In a Chinese text with words in Latin letters the Chinese model reads all of it and the English one those words.
Loading is lazy: making an embedder only looks whether everything is there, the first text loads what it needs.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from search.models.choice import Choice, chosen
from search.models.failures import ModelBroken, ModelMissing
from search.models.model import Model, read_model
from search.text.script import chinese_share, simplify, without_chinese

if TYPE_CHECKING:
    from search.models.bridge import Bridge
    from search.models.onnx import Reader
    from search.models.vectors import Vectors

# Below this share of Chinese the English model reads the whole text, and nobody else does.
CHINESE_FROM = 0.10
# How much a word in Latin letters counts in a text that both models read, a Chinese character being 1. Measured on
# paragraphs of documentation with English terms: 2 finds 3 to 13 in 100 more translations than Chinese alone.
WORD_WEIGHT = 2.0
# Changes whenever the same models would give other vectors: routing, joining, what is done to a text before it is read.
RULES = 1


def languages_of(text: str) -> tuple[str, ...]:
    """Return the languages that a text is read in, "en" or "zh" or both; without letters it is English."""
    english, chinese = weights_of(text)
    return tuple(language for language, weight in (("en", english), ("zh", chinese)) if weight)


def weights_of(text: str) -> tuple[float, float]:
    """Return how much the English reading of a text counts, and how much the Chinese one."""
    share = chinese_share(text)
    if share < CHINESE_FROM:
        return 1.0, 0.0
    return WORD_WEIGHT * (1 - share), share


class Embedder:
    """Reads texts with the models that a folder of models chose; any thread may ask."""

    def __init__(self, folder: Path, choice: Choice | None = None, *, threads: int | None = None) -> None:
        """Look for the models; raise `ModelMissing`, `ModelBroken` or `BridgeMissing`."""
        self._folder = folder
        self._threads = threads
        self._choice = choice or chosen(folder)
        self._models = _present(folder, self._choice)
        self._bridge = self._find_bridge()
        self._readers: dict[str, Reader] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Return what says which vectors belong together: models, bridge and rules of reading."""
        parts = [model.identity for model in self._models]
        if self._bridge:
            parts.append(f"bridge@{self._bridge.identity}")
        return "+".join([*parts, f"rules@{RULES}"])

    @property
    def width(self) -> int:
        """Return how many numbers a vector has."""
        return self._models[0].width

    def encode(self, texts: Sequence[str], *, query: bool = False) -> "Vectors":
        """Return unit vectors, float32 of shape (len(texts), width), in the order of the texts.

        The vector of a text depends on nothing but the text and `query`, which says that the texts are questions.
        """
        import numpy as np

        if not self._bridge:
            return self._reader(0).read([simplify(text) for text in texts], query=query)
        found = np.zeros((len(texts), self.width), dtype=np.float32)
        weights = np.array([weights_of(text) for text in texts], dtype=np.float32).reshape(len(texts), 2)
        english, chinese = (np.flatnonzero(column).tolist() for column in weights.T)
        if english:
            read = [without_chinese(texts[row]) if weights[row, 1] else texts[row] for row in english]
            rows = self._bridge.from_english(self._reader(0).read(read, query=query))
            found[english] += weights[english, :1] * rows
        if chinese:
            read = [simplify(texts[row]) for row in chinese]
            rows = self._bridge.from_chinese(self._reader(1).read(read, query=query))
            found[chinese] += weights[chinese, 1:] * rows
        return _unit(found)

    def unknown(self, texts: Sequence[str]) -> float:
        """Return the share (0 to 1) of the tokens of texts that those models do not know which read them.

        A text of which much is unknown has a vector that says little of it.
        """
        found = [
            self._reader(place).unknown(read)
            for text in texts
            for place, read in enumerate(self._readings(text))
            if read is not None
        ]
        total = sum(tokens for _, tokens in found)
        return sum(unknown for unknown, _ in found) / total if total else 0.0

    def _readings(self, text: str) -> tuple[str | None, ...]:
        """Return what each model reads of a text, None where it reads nothing of it."""
        if not self._bridge:
            return (simplify(text),)
        english, chinese = weights_of(text)
        mine = (without_chinese(text) if chinese else text) if english else None
        return mine, simplify(text) if chinese else None

    def _reader(self, place: int) -> "Reader":
        """Return the reader of the English model (0) or of the Chinese one (1), loaded once."""
        from search.models.onnx import Reader

        model = self._models[place]
        with self._lock:
            if model.name not in self._readers:
                reader = Reader(self._folder, model.name, threads=self._threads)
                if reader.model.identity != model.identity:
                    # Vectors of other weights under the name of these would never be found out.
                    raise ModelBroken(model.name, "its files were replaced since they were looked for")
                self._readers[model.name] = reader
            return self._readers[model.name]

    def _find_bridge(self) -> "Bridge | None":
        if len(self._models) == 1:
            return None
        from search.models.bridge import find

        return find(self._folder, *self._models)


def _present(folder: Path, choice: Choice) -> tuple[Model, ...]:
    """Return the models of a choice; raise `ModelMissing` that names all that are not there."""
    found, missing = [], []
    for name in choice.names:
        try:
            found.append(read_model(folder, name))
        except ModelMissing:
            missing.append(name)
    if missing:
        raise ModelMissing(missing)
    return tuple(found)


def _unit(rows: "Vectors") -> "Vectors":
    from search.models.vectors import unit

    return unit(rows)
