"""A bridge: puts the vectors of a Chinese model into the space of an English one.

Both sides lose their mean first, which is what all sentences of a language have in common; what is left of Chinese is
turned by one linear map. So a question finds what answers it in either language, and both languages share one scale.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from search.models.choice import FOLDER
from search.models.failures import BridgeBroken, BridgeMissing
from search.models.model import Model
from search.models.vectors import Vectors, unit

SHIPPED = Path(__file__).with_name("data")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Bridge:
    """A map of Chinese vectors into an English space, with the mean of each side and the identities of both models."""

    english: str
    chinese: str
    english_mean: Vectors
    chinese_mean: Vectors
    turn: Vectors

    @property
    def identity(self) -> str:
        """Return what changes whenever the map does."""
        parts = (self.english_mean, self.chinese_mean, self.turn)
        return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()[:12]

    def from_english(self, rows: Vectors) -> Vectors:
        """Return vectors of the English model in the shared space."""
        return unit(rows - self.english_mean)

    def from_chinese(self, rows: Vectors) -> Vectors:
        """Return vectors of the Chinese model in the shared space."""
        return unit((rows - self.chinese_mean) @ self.turn)

    def save(self, path: Path) -> None:
        """Write the bridge; half precision is enough for its map (cosine with the full one above .999999)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        np.savez_compressed(
            written,
            english=np.array(self.english),
            chinese=np.array(self.chinese),
            english_mean=self.english_mean,
            chinese_mean=self.chinese_mean,
            turn=self.turn.astype(np.float16),
        )
        path.write_bytes(written.getvalue())


def load(path: Path) -> Bridge:
    """Return a bridge from its file; raise `BridgeBroken` when it is none."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as found:
            return Bridge(
                english=str(found["english"]),
                chinese=str(found["chinese"]),
                english_mean=found["english_mean"].astype(np.float32),
                chinese_mean=found["chinese_mean"].astype(np.float32),
                turn=found["turn"].astype(np.float32),
            )
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise BridgeBroken(path.name, str(error)) from None


def find(folder: Path, english: Model, chinese: Model) -> Bridge:
    """Return the bridge of two models: one that was trained here, else one that came with Paceline.

    Raise `BridgeMissing` when there is none for these very weights.
    """
    for path in (*sorted((folder / FOLDER).glob("*.npz")), *sorted(SHIPPED.glob("bridge*.npz"))):
        bridge = load(path)
        if (bridge.english, bridge.chinese) == (english.identity, chinese.identity):
            return bridge
    raise BridgeMissing(english.name, chinese.name)
