"""The mark of an index: what made it, and how far of the store it has read; a file beside it."""

from pathlib import Path

import msgspec


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """An index that lies in `folder`.

    :ivar model: whose vectors it holds, empty for words alone.
    :ivar chunker: the versions of what cut and read its texts.
    :ivar cursor: the last root that its first reading has passed, None once it has read everything.
    :ivar position: the last event of the store when it was last written; `digest` tells that event from another one
        at the same place, as in a store that was restored.
    """

    folder: str
    model: str
    width: int
    chunker: int
    tokeniser: int
    cursor: str | None = ""
    position: int = 0
    digest: str = ""

    def fits(self, model: str, chunker: int, tokeniser: int) -> bool:
        """Return whether an index needs not be made anew; one with vectors serves words without its model as well."""
        return (self.chunker, self.tokeniser) == (chunker, tokeniser) and model in ("", self.model)


def read_mark(path: Path) -> Mark | None:
    """Return the mark of a file, None when there is none that can be read: then the index is made again."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Mark)
    except (OSError, msgspec.MsgspecError):
        return None


def write_mark(path: Path, mark: Mark) -> None:
    """Write a mark, at once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(msgspec.json.encode(mark))
    part.replace(path)
