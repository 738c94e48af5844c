"""The embedder: texts of either language as vectors of one space, each read by the model of its script.

Loading is lazy: making an embedder only looks whether everything is there, the first text loads what it needs.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from search.models.choice import Choice, chosen
from search.models.failures import ModelMissing
from search.models.model import Model, read_model
from search.text.script import chinese_share, simplify

if TYPE_CHECKING:
    from search.models.bridge import Bridge
    from search.models.onnx import Reader
    from search.models.vectors import Vectors

CHINESE_FROM, ENGLISH_BELOW = 0.10, 0.90
# Changes whenever the same models would give other vectors: routing, joining, what is done to a text before it is read.
RULES = 1


def languages_of(text: str) -> tuple[str, ...]:
    """Return the languages that a text is read in, "en" or "zh" or both; without letters it is English."""
    share = chinese_share(text)
    if share < CHINESE_FROM:
        return ("en",)
    return ("en", "zh") if share < ENGLISH_BELOW else ("zh",)


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
        languages = [languages_of(text) for text in texts]
        english = [row for row, of in enumerate(languages) if "en" in of]
        chinese = [row for row, of in enumerate(languages) if "zh" in of]
        if english:
            rows = self._reader(0).read([texts[row] for row in english], query=query)
            found[english] += self._bridge.from_english(rows)
        if chinese:
            rows = self._reader(1).read([simplify(texts[row]) for row in chinese], query=query)
            found[chinese] += self._bridge.from_chinese(rows)
        return _unit(found)

    def _reader(self, place: int) -> "Reader":
        """Return the reader of the English model (0) or of the Chinese one (1), loaded once."""
        from search.models.onnx import Reader

        name = self._models[place].name
        with self._lock:
            if name not in self._readers:
                self._readers[name] = Reader(self._folder, name, threads=self._threads)
            return self._readers[name]

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
