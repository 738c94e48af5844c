"""Tables of documents: one in each row, CSV or JSON lines."""

from collections.abc import Iterator

from api.knowledge.drafts import DocumentRefused, Draft, checked
from api.knowledge.fields import named
from api.knowledge.markdown import draft_of
from services.importing.errors import FileRefused
from services.importing.tables.encoding import Decoded
from services.importing.tables.jsonlines import read_jsonlines
from services.importing.tables.separated import read_separated
from services.importing.tables.table import Table

Found = Draft | DocumentRefused


def read_rows(name: str, decoded: Decoded, *, json: bool) -> Iterator[Found]:
    """Yield the document of every row, or why it is none; its key is its id, else its title."""
    try:
        read = read_jsonlines if json else read_separated
        table = read(name, decoded.encoding, decoded.text)
    except FileRefused as refusal:
        yield DocumentRefused(name, "doc_empty" if refusal.code == "file_empty" else "doc_rows", refusal.reason)
        return
    if not any(named({header: "x"}).get("text") for header in table.headers):
        reason = "no column is called text, body or content"
        yield DocumentRefused(name, "doc_rows", reason)
        return
    if not table.rows and not table.refused:
        yield DocumentRefused(name, "doc_empty", "it has a header and no rows below it")
    for refused in table.refused:
        yield DocumentRefused(f"{name}:{refused.line}", "doc_rows", refused.reason)
    yield from _drafts(name, table)


def _drafts(name: str, table: Table) -> Iterator[Found]:
    seen: set[str] = set()
    for row in table.rows:
        found = named(dict(zip(table.headers, row.cells, strict=False)))
        key = str(found.pop("key", "") or found.get("title", ""))
        place = f"{name}#{key}" if key else f"{name}:{row.line}"
        try:
            if not key:
                raise DocumentRefused(place, "doc_key", "it has neither an id nor a title")
            if key in seen:
                raise DocumentRefused(place, "doc_twice", f"line {row.line} has the key of a row before it")
            seen.add(key)
            title, text, day = found.pop("title", key), str(found.pop("text", "")), found.pop("day", None)
            yield checked(draft_of(place, title, text, found, day))
        except DocumentRefused as refusal:
            yield refusal
