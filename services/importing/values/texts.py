"""Cell texts as they are compared: what counts as empty, and the bare form of a header."""

import re
import unicodedata
from functools import lru_cache

_EMPTY = frozenset({"", "-", "--", "—", "n/a", "#n/a", "null", "none", "nan", "\\n", "(blank)", "(null)", "(none)"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BRACKETS = re.compile(r"[(\[{（【].*?[)\]}）】]")
_NO_WORD = re.compile(r"[\W_]+")
_FORMULA_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TRUE = frozenset({"true", "1", "yes", "y", "t", "是", "已", "对"})
_FALSE = frozenset({"false", "0", "no", "n", "f", "否", "未"})


@lru_cache(maxsize=65_536)
def clean(cell: str) -> str:
    """Return a cell without outer spaces, control signs and spreadsheet quoting; "" for what means empty."""
    text = cell if cell.isprintable() else _CONTROL.sub("", cell)
    text = text.strip().strip("\u200b\ufeff\u00a0").strip()
    if text.startswith('="'):
        text = _FORMULA_TEXT.sub(r"\1", text)
    return "" if text.casefold() in _EMPTY else unicodedata.normalize("NFC", text)


def bare(header: str) -> str:
    """Return a header as words joined by `_`, in lower case, without brackets and what stands in them."""
    text = unicodedata.normalize("NFKC", header)
    text = _BRACKETS.sub("", text) or text
    return _NO_WORD.sub("_", _HUMP.sub("_", text).casefold()).strip("_")


def is_flag(cell: str) -> bool:
    """Return whether a cell says yes or no."""
    return cell.casefold() in _TRUE or cell.casefold() in _FALSE


def is_true(cell: str) -> bool:
    """Return whether a cell says yes, in English or Chinese."""
    return cell.casefold() in _TRUE
