"""The files of an export on disk: which are read, which are left out and why, and their bytes as tables."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from services.importing.errors import FileRefused
from services.importing.tables.encoding import decode
from services.importing.tables.jsonlines import read_jsonlines
from services.importing.tables.separated import read_separated
from services.importing.tables.table import Table

SIZE_MAX_BYTES = 512 * 1024 * 1024
FILES_MAX = 200
_SEPARATED = frozenset({".csv", ".tsv", ".tab", ".txt"})
_JSON_LINES = frozenset({".jsonl", ".ndjson", ".json"})
_MAGIC = (
    (b"PK\x03\x04", "it is an archive or a workbook; unpack it, or save its sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "it is an old workbook or encrypted; save its sheet as CSV"),
    (b"\x1f\x8b", "it is compressed; unpack it first"),
    (b"%PDF", "it is a PDF"),
    (b"SQLite format 3", "it is a database"),
    (b"\x7fELF", "it is a program"),
    (b"<", "it is a web page or XML; open it in a spreadsheet and save it as CSV"),
)
_WORKBOOKS = frozenset({".xlsx", ".xls", ".xlsm", ".ods", ".numbers"})
_ARCHIVES = frozenset({".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz"})
_NUL_SHARE = 1_000


class Loaded(NamedTuple):
    """A file with its bytes and the table that stands in it."""

    body: bytes
    table: Table


class LeftOut(NamedTuple):
    """A file that was not read, and why; `rows` is how many it has, if it is a table at all."""

    name: str
    reason: str
    rows: int = 0


def load(paths: Iterable[Path]) -> tuple[list[Loaded], list[LeftOut]]:
    """Return the tables of files and folders, in order of name, and what was left out of the folders.

    Raise `FileRefused` for a file that was named and cannot be read; inside a folder such a file is left out.
    """
    loaded: list[Loaded] = []
    left_out: list[LeftOut] = []
    paths = list(paths)
    names = Counter(path.name for path in paths)
    for path in paths:
        if not path.exists():
            raise FileRefused(str(path), "file_missing", "there is no such file or folder")
        if path.is_dir():
            _load_folder(path, loaded, left_out)
        else:
            loaded.append(_load_file(path, path.name if names[path.name] == 1 else path.as_posix()))
    return loaded, left_out


def _load_folder(folder: Path, loaded: list[Loaded], left_out: list[LeftOut]) -> None:
    """Load every table of a folder; links are not followed, they may lead out of it."""
    files = sorted(path for path in folder.rglob("*") if not path.is_dir())
    if len(files) > FILES_MAX:
        raise FileRefused(str(folder), "file_count", f"it has more than {FILES_MAX} files")
    for path in files:
        name = path.relative_to(folder).as_posix()
        if any(part.startswith((".", "~")) for part in path.relative_to(folder).parts):
            continue
        if path.is_symlink() or not path.is_file():
            left_out.append(LeftOut(name, "it is a link or no plain file (file_symlink)"))
        elif path.suffix.lower() not in _SEPARATED | _JSON_LINES:
            left_out.append(LeftOut(name, f"{_kind(path.suffix.lower())} (file_kind)"))
        else:
            try:
                loaded.append(_load_file(path, name))
            except FileRefused as refusal:
                left_out.append(LeftOut(name, f"{refusal.reason} ({refusal.code})"))


def _kind(suffix: str) -> str:
    """Return why a file with an ending is not read."""
    if suffix in _WORKBOOKS:
        return "it is a workbook; save its sheet as CSV"
    return "it is an archive; unpack it" if suffix in _ARCHIVES else "it is no CSV and no JSON lines"


def _load_file(path: Path, name: str) -> Loaded:
    try:
        if path.stat().st_size > SIZE_MAX_BYTES:
            raise FileRefused(name, "file_size", f"it is larger than {SIZE_MAX_BYTES // 1024 // 1024} MiB")
        body = path.read_bytes()
    except OSError as error:
        raise FileRefused(name, "file_unreadable", str(error)) from None
    for magic, reason in _MAGIC:
        if body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(magic):
            raise FileRefused(name, "file_kind", reason)
    decoded = decode(body)
    text = decoded.text.rstrip("\x00") if decoded else ""
    # A few zero bytes are a fault of the exporter and are cleaned from the cells; many mean that it is no text.
    if decoded is None or text.count("\x00") > 2 + len(text) // _NUL_SHARE:
        raise FileRefused(
            name, "file_encoding", "it is no text in UTF-8, UTF-16, GBK or Windows-1252; save it as CSV in UTF-8"
        )
    json = path.suffix.lower() in _JSON_LINES
    table = read_jsonlines(name, decoded.encoding, text) if json else read_separated(name, decoded.encoding, text)
    if not table.rows and not table.refused:
        raise FileRefused(name, "file_empty", "it has a header and no rows below it")
    return Loaded(body, table)
