"""JSON lines as a table: one object a line, nested objects as dotted columns."""

import json
from collections.abc import Iterator

from services.importing.errors import FileRefused
from services.importing.tables.table import COLUMNS_MAX, Refusal, Row, Table

_DEPTH_MAX = 4


def read_jsonlines(name: str, encoding: str, text: str) -> Table:
    """Return JSON lines as a table whose columns are all keys in the order first seen."""
    found: list[tuple[int, dict[str, str]]] = []
    refused: list[Refusal] = []
    headers: dict[str, None] = {}
    for line, raw in _objects(text):
        cells = _cells(raw)
        if isinstance(cells, str):
            refused.append(Refusal(file=name, line=line, code="row_json", reason=cells, cells=(raw[:200],)))
            continue
        headers.update(dict.fromkeys(cells))
        found.append((line, cells))
    if len(headers) > COLUMNS_MAX:
        raise FileRefused(name, "file_columns", f"it has more than {COLUMNS_MAX} keys")
    if not found:
        raise FileRefused(name, "file_empty", "it has no JSON objects, one a line or in one array")
    rows = tuple(Row(line=line, cells=tuple(cells.get(key, "") for key in headers)) for line, cells in found)
    return Table(name=name, encoding=encoding, delimiter="", headers=tuple(headers), rows=rows, refused=tuple(refused))


def _objects(text: str) -> Iterator[tuple[int, str]]:
    """Yield the objects of a text with their lines; those of one array are numbered in its order."""
    items = _array(text)
    if items is None:
        yield from ((line, raw) for line, raw in enumerate(text.split("\n"), 1) if raw.strip())
        return
    for place, item in enumerate(items, 1):
        yield place, json.dumps(item, ensure_ascii=False)


def _array(text: str) -> list[object] | None:
    """Return the items of a text that is one array, or one object around one; None for JSON lines."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        whole: object = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return [] if text.lstrip().startswith("[") else None
    if isinstance(whole, dict):
        arrays = [value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        return arrays[0] if len(arrays) == 1 else None
    return whole if isinstance(whole, list) else []


def _cells(raw: str) -> dict[str, str] | str:
    """Return the texts of one object by dotted key; words saying why when it is none."""
    try:
        parsed: object = json.loads(raw, parse_float=str, parse_int=str, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return f"the line is no JSON ({error})"
    if not isinstance(parsed, dict):
        return "the line is no JSON object"
    cells: dict[str, str] = {}
    _flatten(parsed, "", cells, 1)
    try:
        "".join((*cells, *cells.values())).encode()
    except UnicodeEncodeError:
        return "a text contains half a character (a lone surrogate)"
    return cells


def _refuse(word: str) -> str:
    raise ValueError(f"{word} is no number")


def _flatten(value: dict[object, object], prefix: str, cells: dict[str, str], depth: int) -> None:
    for key, inner in value.items():
        path = f"{prefix}{key}"
        if isinstance(inner, dict) and depth < _DEPTH_MAX:
            _flatten(inner, f"{path}.", cells, depth + 1)
        else:
            cells[path] = _text(inner)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(_text(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
