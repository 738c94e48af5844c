"""A model: what must be known to read texts with it, and the folder that holds it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from search.models.failures import ModelBroken, ModelMissing

Language = Literal["en", "zh", "any"]
Pooling = Literal["mean", "first"]
WEIGHTS, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "model.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A model in ONNX form.

    `pooling` says how the states of its tokens become one vector; `query_prefix` stands before questions, never before
    documents; `origin` is where the files came from; both hashes are SHA-256 in hexadecimal.
    """

    name: str
    language: Language
    width: int
    tokens_max: int
    pooling: Pooling
    licence: str
    origin: str
    model_sha256: str
    tokenizer_sha256: str
    lowercase: bool = False
    query_prefix: str = ""

    @property
    def identity(self) -> str:
        """Return what changes whenever vectors do: the name with the beginning of the weights' hash."""
        return f"{self.name}@{self.model_sha256[:12]}"


def read_model(folder: Path, name: str) -> Model:
    """Return a model as its card in the folder of models describes it.

    Raise `ModelMissing` when it is not there, `ModelBroken` when its card cannot be read or a file of it is gone.
    """
    place = folder / name
    try:
        written = (place / CARD).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise ModelMissing([name]) from None
    try:
        model = msgspec.json.decode(written, type=Model)
    except msgspec.MsgspecError as error:
        raise ModelBroken(name, f"its card {CARD} says {error}") from None
    for file in (WEIGHTS, TOKENIZER):
        if not (place / file).is_file():
            raise ModelBroken(name, f"{file} is gone")
    return model


def write_card(place: Path, model: Model) -> None:
    """Write the card of a model into its own folder."""
    (place / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=2) + b"\n")


def models_in(folder: Path) -> list[Model]:
    """Return the models of a folder by name, leaving out what is broken or unfinished."""
    found = []
    for card in sorted(folder.glob(f"*/{CARD}")):
        if card.parent.name.startswith("."):
            continue
        try:
            found.append(read_model(folder, card.parent.name))
        except (ModelBroken, ModelMissing):
            continue
    return found
