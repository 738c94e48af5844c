"""The files of a folder of documents: which are read and how, and which are not and why."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from api.knowledge.drafts import SIZE_MAX_BYTES, DocumentRefused, Draft, checked
from api.knowledge.markdown import read_markdown
from api.knowledge.rows import Found, read_rows
from api.knowledge.web import read_web
from api.knowledge.word import read_word
from services.importing.tables.encoding import BROKEN, Decoded, decode

FILES_MAX = 10_000
MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".txt"})
WEB = frozenset({".html", ".htm", ".xhtml"})
WORD = frozenset({".docx"})
MACROS = frozenset({".docm", ".dotm"})
ROWS = frozenset({".csv", ".tsv"})
JSON_ROWS = frozenset({".jsonl", ".ndjson"})
READ = MARKDOWN | WEB | WORD | ROWS | JSON_ROWS
# What no text has; a few of them are a slip, many of them are no text.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CONTROLS_MAX = 3
# What steers a terminal, breaks a line, or is no text in the name of a file.
_UNNAMED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MAGIC = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"\x1f\x8b")


def names_of(path: Path) -> list[tuple[str, Path]]:
    """Return the files of a folder with their names in it, sorted; raise `DocumentRefused` for far too many.

    Hidden files are passed over. A file that is named stands for itself.
    """
    if not path.is_dir():
        return [(path.name, path)]
    # Whoever names the root of a disk learns so before all of it was walked.
    found = list(islice(_files(path), FILES_MAX + 1))
    if len(found) > FILES_MAX:
        raise DocumentRefused(str(path), "doc_count", f"it has more than {FILES_MAX} files")
    return sorted(found)


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    for one in path.rglob("*"):
        within = one.relative_to(path)
        if (one.is_symlink() or not one.is_dir()) and not any(part.startswith((".", "~")) for part in within.parts):
            yield within.as_posix(), one


def read_file(name: str, path: Path) -> Iterator[Found]:
    """Yield the documents of a file, one, or one of each row; a file that is none yields why."""
    try:
        yield from _read(name, path)
    except DocumentRefused as refusal:
        yield refusal


def _read(name: str, path: Path) -> Iterator[Found]:
    if _UNNAMED.search(name):
        shown = _UNNAMED.sub(lambda found: found[0].encode("unicode_escape").decode(), name)
        raise DocumentRefused(shown, "doc_name", "its name has letters that cannot be shown; rename it")
    suffix = path.suffix.lower()
    if path.is_symlink() or not path.is_file():
        raise DocumentRefused(name, "doc_path", "it is a link or no plain file")
    if suffix in MACROS:
        raise DocumentRefused(name, "doc_macro", "it may have macros; save it as .docx")
    if suffix not in READ:
        raise DocumentRefused(name, "doc_format", "it is no Markdown, HTML, DOCX, CSV or JSON lines")
    body = _body(name, path)
    if suffix in WORD:
        yield checked(read_word(name, body))
        return
    decoded = _text(name, body)
    if suffix in ROWS | JSON_ROWS:
        yield from read_rows(name, decoded, json=suffix in JSON_ROWS)
        return
    yield checked(_prose(name, decoded.text, web=suffix in WEB))


def _prose(name: str, text: str, *, web: bool) -> Draft:
    return read_web(name, text) if web else read_markdown(name, text)


def _body(name: str, path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > SIZE_MAX_BYTES:
            raise DocumentRefused(name, "doc_size", f"it is larger than {SIZE_MAX_BYTES // 2**20} MiB")
        body = path.read_bytes()
    except OSError as error:
        raise DocumentRefused(name, "doc_unreadable", str(error.strerror or error)) from None
    if not body:
        raise DocumentRefused(name, "doc_empty", "there is nothing in it")
    return body


def _text(name: str, body: bytes) -> Decoded:
    decoded = None if body.startswith(_MAGIC) else decode(body)
    if decoded is None or len(_CONTROLS.findall(decoded.text)) > _CONTROLS_MAX:
        raise DocumentRefused(name, "doc_binary", "it is no text in UTF-8, UTF-16, GBK or Windows-1252")
    return decoded._replace(text=_CONTROLS.sub("", decoded.text.replace(BROKEN, "\ufffd").removeprefix("\ufeff")))
