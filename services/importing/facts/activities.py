"""Activities of an export: one row read as one thing that somebody did."""

import hashlib
from collections import Counter
from dataclasses import dataclass

from services.identity import identify
from services.importing.context import Context
from services.importing.facts.books import Books
from services.importing.facts.cells import TEXT_MAX, Cells, RowProblem
from services.importing.meaning.stages import core
from services.importing.tables.table import Row
from services.importing.values.dates import When
from services.importing.values.texts import is_true

_SECONDS_MAX = 31_622_400
_WORDS = {
    "call": """call calls phone phonecall callout outboundcall inboundcall
    电话 通话 去电 来电 呼叫 电话沟通 电话跟进 外呼""",
    "meeting": "meeting meetings event onlinemeeting videocall 会议 会面 面谈 线上会议 视频会议 洽谈",
    "visit": "visit visits onsite sitevisit fieldvisit 拜访 上门 上门拜访 外勤 实地拜访 客户拜访",
    "email": "email emails mail emailsent incomingemail forwardedemail 邮件 电子邮件 发邮件",
    "demo": "demo demos demonstration presentation productdemo 演示 产品演示",
    "note": """note notes comment task todo message sms wechat whatsapp communication
    备注 记录 跟进 微信 短信 任务 写跟进""",
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """One activity: its root, when it was and the content of its event."""

    root: str
    key: str
    when: When
    content: dict[str, object]


class ActivityReader:
    """Reads the rows of one sheet of activities."""

    def __init__(self, cells: Cells, context: Context, books: Books) -> None:
        self._cells = cells
        self._context = context
        self._books = books
        self._seen: Counter[str] = Counter()

    def read(self, row: Row) -> Activity | None:
        """Return the activity of a row, None for a deleted one; raise `RowProblem` when it cannot be one."""
        cells = self._cells
        if is_true(cells.text(row, "deleted")):
            return None
        kind = _KINDS.get(core(cells.word(row, "type")))
        if kind is None:
            raise RowProblem("row_kind", f"“{cells.word(row, 'type')}” is no kind of activity that is known")
        when = cells.date(row, "time", past=True)
        if when is None:
            raise RowProblem("row_date", "the time of the activity is empty")
        by = self._books.people.referred(cells.key(row, "by_key"), cells.word(row, "by"))
        if by is None:
            raise RowProblem("row_person", "nobody is named who did it")
        content: dict[str, object] = {"kind": kind, "by": by.id}
        account = self._books.accounts.referred(cells.key(row, "account_key"), cells.word(row, "account"))
        if account is not None:
            content["account"] = account.id
        deal = cells.key(row, "deal_key") or cells.key(row, "deal")
        if deal:
            content["deal"] = identify(self._context.secret, "deal", self._context.export, self._books.deal_key(deal))
        self._details(row, content)
        key = cells.key(row, "key") or self._content_key(row)
        root = identify(self._context.secret, "activity", self._context.export, key)
        return Activity(root=root, key=key, when=when, content=content)

    def _details(self, row: Row, content: dict[str, object]) -> None:
        cells = self._cells
        seconds = _number(cells.text(row, "seconds")) or 60 * _number(cells.text(row, "minutes"))
        if seconds:
            content["duration_seconds"] = min(int(seconds), _SECONDS_MAX)
        for flag in ("connected", "held"):
            if said := cells.text(row, flag):
                content[flag] = is_true(said)
        if text := cells.text(row, "text")[:TEXT_MAX]:
            content["text"] = text

    def _content_key(self, row: Row) -> str:
        """Return a key for a row without one: its content, counted when it stands there several times."""
        told = hashlib.sha256("\x1f".join(row.cells).encode()).hexdigest()[:32]
        self._seen[told] += 1
        return f"{told}-{self._seen[told]}"


def _number(text: str) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return 0.0
    return value if 0 < value < float("inf") else 0.0
