"""A folder of judgements: corpus.jsonl, queries.jsonl and qrels.tsv, read strictly."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from services.errors import PacelineError

_HALF = re.compile("[\ud800-\udfff]")
CORPUS, QUERIES, JUDGEMENTS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"


class JudgementsUnclear(PacelineError):
    """A folder that cannot be read as judgements."""

    def __init__(self, path: Path, line: int | None, wanted: str) -> None:
        place = f"{path}" if line is None else f"{path}, line {line}"
        super().__init__(f"{place}: {wanted}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A document or a question of the folder."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """Documents, questions that have a judgement, and per question the documents that are right with their gain."""

    documents: tuple[Text, ...]
    questions: tuple[Text, ...]
    gains: Mapping[str, Mapping[str, float]]


def read_folder(folder: Path, *, questions_max: int | None = None, text_only: bool = False) -> Judged:
    """Read a folder; raise `JudgementsUnclear` with file and line.

    Of more than `questions_max` questions some are drawn, the same every time; `text_only` leaves titles out.
    """
    documents = _texts(folder / CORPUS, title=not text_only)
    questions = _texts(folder / QUERIES, title=False)
    gains = _gains(folder / JUDGEMENTS, {one.id for one in documents}, {one.id for one in questions})
    asked = [one for one in questions if gains.get(one.id)]
    if not asked:
        raise JudgementsUnclear(folder / JUDGEMENTS, None, "no question has a judgement above 0")
    if questions_max is not None and len(asked) > questions_max:
        drawn = {one.id for one in sorted(asked, key=lambda one: blake2b(one.id.encode()).digest())[:questions_max]}
        asked = [one for one in asked if one.id in drawn]
    return Judged(documents=tuple(documents), questions=tuple(asked), gains=gains)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, with their numbers from 1."""
    if not path.is_file():
        raise JudgementsUnclear(path, None, f"is missing; a folder needs {CORPUS}, {QUERIES} and {JUDGEMENTS}")
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise JudgementsUnclear(path, number, "must be UTF-8") from None
            if text.strip():
                yield number, text.rstrip("\r\n")


def _texts(path: Path, *, title: bool) -> list[Text]:
    found: dict[str, Text] = {}
    for number, line in _lines(path):
        one = _text(path, number, line, title=title)
        if one.id in found:
            raise JudgementsUnclear(path, number, f"_id “{one.id}” stands there twice")
        found[one.id] = one
    if not found:
        raise JudgementsUnclear(path, None, "is empty")
    return list(found.values())


def _text(path: Path, number: int, line: str, *, title: bool) -> Text:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise JudgementsUnclear(path, number, f"must be one JSON object: {error.msg}") from None
    except (ValueError, RecursionError):
        # Numbers of thousands of digits, and lists in lists without end.
        raise JudgementsUnclear(path, number, "must be one JSON object of ordinary size and depth") from None
    if not isinstance(row, dict):
        raise JudgementsUnclear(path, number, "must be one JSON object")
    name, text, head = row.get("_id"), row.get("text"), row.get("title") or ""
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not name or not isinstance(text, str) or not isinstance(head, str):
        raise JudgementsUnclear(path, number, 'needs "_id" and "text", both texts; "title" may be a text as well')
    if _HALF.search(f"{name}{head}{text}"):
        raise JudgementsUnclear(path, number, "has half a letter (a lone \\uD800 to \\uDFFF), which is no text")
    return Text(id=name, title=head if title else "", text=text)


def _gains(path: Path, documents: set[str], questions: set[str]) -> dict[str, dict[str, float]]:
    """Return judgements above 0; the first line may be a head."""
    found: dict[str, dict[str, float]] = {}
    for number, line in _lines(path):
        cells = line.split("\t")
        if number == 1 and len(cells) == 3 and not _is_number(cells[2]):
            continue
        if len(cells) != 3 or not _is_number(cells[2]):
            raise JudgementsUnclear(path, number, "needs three cells between tabs: question, document, a number")
        question, document, score = cells[0], cells[1], float(cells[2])
        if question not in questions:
            raise JudgementsUnclear(path, number, f"there is no question “{question}” in {QUERIES}")
        if document not in documents:
            raise JudgementsUnclear(path, number, f"there is no document “{document}” in {CORPUS}")
        if score > 0:
            found.setdefault(question, {})[document] = score
    return found


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
