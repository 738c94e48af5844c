"""Scripts: how much of a text is Chinese, whether it is Traditional, and the same text in Simplified characters."""

import re
from functools import cache
from typing import Protocol

# Unified ideographs with their extensions A to H and the compatibility forms; no kana, no punctuation.
IDEOGRAPHS = "㐀-䶿一-鿿豈-﫿\U00020000-\U000323af"
_CHINESE_RUN = re.compile(f"[{IDEOGRAPHS}\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’…—]+")
_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]+(?:['’-][A-Za-zÀ-ÖØ-öø-ɏ]+)*")
# At least one in fifty characters must be written in the Traditional way alone: names and quotations are not enough.
TRADITIONAL_SHARE_MIN = 0.02


class _Converter(Protocol):
    """What is used of OpenCC."""

    def convert(self, text: str) -> str:
        """Return a text in other characters."""


def has_chinese(text: str) -> bool:
    """Return whether there is a Chinese character in a text."""
    return _IDEOGRAPH.search(text) is not None


def chinese_share(text: str) -> float:
    """Return the share of Chinese, 0 to 1: its characters beside words in Latin letters; 0.0 where neither is."""
    characters = len(_IDEOGRAPH.findall(text))
    if not characters:
        return 0.0
    return characters / (characters + len(_LATIN_WORD.findall(text)))


def without_chinese(text: str) -> str:
    """Return what is left of a text without its Chinese characters and their punctuation; words stay apart."""
    return " ".join(_CHINESE_RUN.sub(" ", text).split())


def simplify(text: str) -> str:
    """Return a text with Traditional Chinese in Simplified characters; everything else stays as it is."""
    return _converter("t2s").convert(text) if has_chinese(text) else text


def is_traditional(text: str) -> bool:
    """Return whether a text is in Traditional Chinese.

    Characters that only Traditional has are set against those that only Simplified has; what both share says nothing.
    """
    characters = len(_IDEOGRAPH.findall(text))
    if not characters:
        return False
    traditional = _changed(text, _converter("t2s").convert(text))
    if traditional < max(1, TRADITIONAL_SHARE_MIN * characters):
        return False
    return traditional > _changed(text, _converter("s2t").convert(text))


def _changed(text: str, other: str) -> int:
    """Return how many characters differ; OpenCC gives one for one between these two."""
    return sum(one != two for one, two in zip(text, other, strict=False))


@cache
def _converter(way: str) -> _Converter:
    """Return the converter of a way, made once; OpenCC reads its dictionaries then."""
    from opencc import OpenCC

    converter: _Converter = OpenCC(way)
    return converter
