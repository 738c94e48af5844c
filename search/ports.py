"""What search needs of others: a model that turns texts into vectors."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy
    import numpy.typing

    Vectors = numpy.typing.NDArray[numpy.float32]


class Embedder(Protocol):
    """A model, or several in one space."""

    @property
    def name(self) -> str:
        """Return what tells its vectors from those of every other model, with its version."""

    @property
    def width(self) -> int:
        """Return how many dimensions a vector has."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> "Vectors":
        """Return unit vectors, float32 of shape (len(texts), width), in the order of `texts`.

        `query` tells a question from a passage, for models that read the two differently.
        """

    def unknown(self, texts: Sequence[str]) -> float:
        """Return the share (0 to 1) of texts that the model has no pieces for, so that their vectors say little."""
