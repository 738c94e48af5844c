"""What front matter and tables say of a document, in the words of its event."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from services.errors import Rejected
from services.events.catalogue import TYPES

KINDS = ("win_review", "loss_review", "lessons", "playbook", "play", "note")
_NAMES = {
    "title": "title", "name": "title", "subject": "title", "标题": "title",
    "text": "text", "body": "text", "content": "text", "正文": "text", "内容": "text",
    "id": "key", "key": "key", "slug": "key", "path": "key", "编号": "key",
    "kind": "kind", "type": "kind", "类型": "kind",
    "language": "language", "lang": "language", "语言": "language",
    "readers": "readers", "audience": "readers", "可见范围": "readers",
    "author": "author", "owner": "author", "作者": "author",
    "verifier": "verifier", "核实人": "verifier",
    "verify_every_days": "verify_every_days", "verify": "verify_every_days",
    "deal": "deal", "商机": "deal",
    "playbook": "playbook", "手册": "playbook",
    "tags": "tags", "keywords": "tags", "标签": "tags",
    "products": "products", "product": "products", "产品": "products",
    "stages": "stages", "stage": "stages", "阶段": "stages",
    "industry": "industry", "行业": "industry",
    "competitor": "competitor", "竞争对手": "competitor",
    "updated": "day", "date": "day", "日期": "day",
}  # fmt: skip
_KIND_WORDS = {
    "win": "win_review", "win review": "win_review", "赢单复盘": "win_review",
    "loss": "loss_review", "loss review": "loss_review", "输单复盘": "loss_review",
    "lesson": "lessons", "经验": "lessons", "手册": "playbook", "打法": "play", "笔记": "note",
}  # fmt: skip
_LISTS = frozenset({"readers", "tags", "products", "stages"})
_CUTS = re.compile(r"[;,、，；|]")
_LANGUAGES = {"english": "en", "chinese": "zh", "中文": "zh", "英文": "en", "japanese": "ja"}


def named(said: Mapping[str, object]) -> dict[str, object]:
    """Return what is known of the fields that somebody wrote down, by our names; the first of two words holds."""
    found: dict[str, object] = {}
    for word, value in said.items():
        name = _NAMES.get(str(word).strip().casefold())
        if name and name not in found and value not in (None, "", []):
            read = _value(name, value)
            if read not in (None, "", []):
                found[name] = read
    return found


def _value(name: str, value: object) -> object:
    if name == "day":
        return day_of(value)
    if name in _LISTS:
        return words(value)
    if name == "verify_every_days":
        return int(str(value)) if str(value).isdecimal() else None
    if isinstance(value, dict | list):
        return None
    text = str(value).strip()
    if name == "kind":
        word = text.casefold().replace("-", " ").replace("_", " ")
        return _KIND_WORDS.get(word, word.replace(" ", "_"))
    if name == "language":
        return _LANGUAGES.get(text.casefold(), text.partition("-")[0].partition("_")[0].lower())
    return text


def words(value: object) -> list[str]:
    """Return a list as somebody wrote it: a list, or a text cut at commas and semicolons."""
    parts = value if isinstance(value, list) else _CUTS.split(str(value))
    return [str(part).strip() for part in parts if str(part).strip() and not isinstance(part, dict | list)]


def day_of(value: object) -> date | None:
    """Return a day as YAML or a person wrote it, None when it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value).strip()).date()
    except ValueError:
        return None


def said_of(error: Rejected) -> str:
    """Return what the door says of an event, in words about the document."""
    place = error.pointer.removeprefix("/data/")
    known = place.partition("/")[0] in TYPES["document.written"].__struct_fields__
    return f"{place}: {error.detail}" if known else error.detail
