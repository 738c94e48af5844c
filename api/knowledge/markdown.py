"""Markdown files: their front matter, their title and their text."""

import re
from datetime import date

from api.knowledge.drafts import DocumentRefused, Draft
from api.knowledge.fields import named

FRONT_MAX = 16_384
_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^\s{0,3}#{1,2}[ \t]+(\S.{0,500})", re.MULTILINE)
_MARKS = re.compile(r"[*_`]|\[([^\[\]]{0,500})\]\([^)]{0,500}\)")
_UNDERLINED = re.compile(r"\A\s*(\S[^\n]*)\n(?:=+|-+)[ \t]*(?:\n|\Z)")


def read_markdown(name: str, text: str) -> Draft:
    """Return the document of a Markdown file; raise `DocumentRefused` for front matter that is no YAML mapping."""
    said, text = _front(name, text.replace("\r\n", "\n"))
    found = named(said)
    title = found.pop("title", None) or title_of(text)
    day = found.pop("day", None)
    found.pop("text", None)
    found.pop("key", None)
    return draft_of(name, title, text, found, day)


def draft_of(name: str, title: object, text: str, fields: dict[str, object], day: object) -> Draft:
    """Return a draft whose title falls back to the name of the file."""
    stem = name.rpartition("/")[2].rpartition(".")[0] or name
    spoken = str(title).strip() if title else stem.replace("-", " ").replace("_", " ")
    return Draft(name=name, title=spoken, text=text, fields=fields, day=day if isinstance(day, date) else None)


def title_of(text: str) -> str | None:
    """Return the first heading of a Markdown text, None when it has none."""
    lined = _UNDERLINED.match(text)
    if lined:
        return lined.group(1).strip()
    heading = _HEADING.search(text)
    return _MARKS.sub(r"\1", heading.group(1).rstrip().rstrip("#")).strip() if heading else None


def _front(name: str, text: str) -> tuple[dict[str, object], str]:
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    # Imported only here: most commands never read a document.
    import yaml

    if len(found.group(1)) > FRONT_MAX:
        raise DocumentRefused(name, "doc_front_matter", "its front matter has more than 16 KiB")
    try:
        said = yaml.safe_load(found.group(1))
    except (yaml.YAMLError, ValueError, RecursionError):
        raise DocumentRefused(name, "doc_front_matter", "the lines between --- are no YAML") from None
    if said is not None and not isinstance(said, dict):
        # A text may well begin with a line between two rules.
        return {}, text
    return {str(key): value for key, value in (said or {}).items()}, text[found.end() :]
