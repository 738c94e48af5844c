"""The choice: which models a data folder reads with; a file in its folder of models."""

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from search.models.catalogue import CATALOGUE, CHINESE, ENGLISH
from search.models.failures import ModelBroken, ModelUnknown, NameTaken
from search.models.model import CARD, TOKENIZER, WEIGHTS, Model, models_in, read_model

CHOICE = "choice.json"
# Where bridges lie in a folder of models; no model may be called so.
FOLDER = "bridges"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Models by name: one for each language, joined by a bridge, or one for any text; then `chinese` is empty."""

    english: str = ENGLISH
    chinese: str = CHINESE

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all its models."""
        return (self.english, self.chinese) if self.chinese else (self.english,)


def chosen(folder: Path) -> Choice:
    """Return the choice of a folder of models, the default pair where nothing was chosen."""
    path = folder / CHOICE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Choice)
    except FileNotFoundError:
        return Choice()
    except msgspec.MsgspecError as error:
        raise ModelBroken(CHOICE, str(error)) from None


def choice_named(identity: str) -> Choice | None:
    """Return the choice whose embedder is called so, None when that is not the name of any."""
    names = [part.partition("@")[0] for part in identity.split("+")]
    match names:
        case [any_text, "rules"]:
            return Choice(english=any_text, chinese="")
        case [english, chinese, "bridge", "rules"]:
            return Choice(english=english, chinese=chinese)
        case _:
            return None


def stamp(folder: Path, choice: Choice) -> tuple[object, ...]:
    """Return what changes when a choice does, or the files that it reads with; nothing of them is read for it."""
    files = [folder / name / file for name in choice.names for file in (CARD, WEIGHTS, TOKENIZER)]
    return (choice, *(_touched(path) for path in (*files, *sorted((folder / FOLDER).glob("*.npz")))))


def _touched(path: Path) -> tuple[str, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return path.name, found.st_ino, found.st_size, found.st_mtime_ns


def with_model(choice: Choice, model: Model) -> Choice:
    """Return a choice after a model took the place of the one of its language, or of both."""
    if model.language == "any":
        return Choice(english=model.name, chinese="")
    if model.language == "zh":
        english = choice.english if choice.chinese else ENGLISH
        return Choice(english=english, chinese=model.name)
    return Choice(english=model.name, chinese=choice.chinese or CHINESE)


def choose(folder: Path, choice: Choice) -> None:
    """Write the choice of a folder, at once or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{CHOICE}"
    unfinished.write_bytes(msgspec.json.encode(choice) + b"\n")
    unfinished.replace(folder / CHOICE)


def known(folder: Path, name: str) -> Model:
    """Return a model of the folder or of the catalogue by its name; raise `ModelUnknown`."""
    here = {model.name for model in models_in(folder)}
    if name in here:
        return read_model(folder, name)
    if name in CATALOGUE:
        return CATALOGUE[name].model
    raise ModelUnknown(name, sorted(here | set(CATALOGUE)))


def free_name(name: str) -> str:
    """Return a name that a model of one's own may have; raise `NameTaken` for one of the catalogue, or for no name."""
    if name in CATALOGUE or name == FOLDER or _NAME.fullmatch(name) is None:
        raise NameTaken(name)
    return name
