"""Pairs: files of translations, one a line, English and Chinese apart by a tab; more columns are left alone."""

import gzip
from collections.abc import Sequence
from pathlib import Path

from services.errors import PacelineError

TEXT_MAX = 4_000


class PairsUnreadable(PacelineError):
    """A file of translations that is none."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}. Each line is English, a tab, Chinese; .gz is read as well.")


def read_pairs(paths: Sequence[Path]) -> list[tuple[str, str]]:
    """Return the pairs of all files in their order, each once; raise `PairsUnreadable` with the line."""
    found: dict[tuple[str, str], None] = {}
    for path in paths:
        for number, line in enumerate(_lines(path), start=1):
            columns = line.split("\t")
            if len(columns) < 2 or not columns[0].strip() or not columns[1].strip():
                raise PairsUnreadable(path, f"line {number} has no two columns")
            found[columns[0].strip()[:TEXT_MAX], columns[1].strip()[:TEXT_MAX]] = None
    return list(found)


def _lines(path: Path) -> list[str]:
    try:
        packed = path.read_bytes()
        text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PairsUnreadable(path, "it is not in UTF-8") from None
    except (gzip.BadGzipFile, EOFError):
        raise PairsUnreadable(path, "it is not whole") from None
    return text.removesuffix("\n").split("\n")
