"""The encoding of a file, decided by its bytes alone: the same bytes give the same text everywhere."""

import codecs
import re
from typing import NamedTuple

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PAIRS = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")
_SAMPLE = 200_000
_NUL_SHARE = 0.2
_CHINESE_SHARE = 0.7
_MIXED_SHARE = 0.2

# No character: stands where bytes fit no encoding, so that their row can be refused.
BROKEN = "\ufdd0"


class Decoded(NamedTuple):
    """Text with the name of the encoding that it came in."""

    text: str
    encoding: str


def decode(body: bytes) -> Decoded | None:
    """Return the text of a file; None when no known encoding fits.

    A byte order mark decides, else strict UTF-8, else NUL bytes (UTF-16), else UTF-8 with lines in GB18030
    when enough of its lines are UTF-8, else GB18030 when its byte pairs look Chinese, else Windows-1252.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _strict(body, name)
    if wide := _wide(body):
        return _strict(body, wide)
    return _strict(body, "utf-8") or _mixed(body) or _chinese(body) or _strict(body, "cp1252")


def _mixed(body: bytes) -> Decoded | None:
    """Return the text of lines in UTF-8 and others in GB18030; what is neither becomes `BROKEN`."""
    lines = body.split(b"\n")
    foreign = [line for line in lines if not line.isascii()]
    sound = sum(1 for line in foreign if _strict(line, "utf-8"))
    if sound < _MIXED_SHARE * len(foreign):
        return None
    texts = [_strict(line, "utf-8") or _chinese(line) for line in lines]
    broken = [line.decode("ascii", "replace").replace("\ufffd", BROKEN) for line in lines]
    found = (text.text if text else rest for text, rest in zip(texts, broken, strict=True))
    return Decoded("\n".join(found), "utf-8 + gb18030")


def _strict(body: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(body.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None


def _wide(body: bytes) -> str | None:
    """Return the UTF-16 without a mark that the place of the NUL bytes speaks for."""
    sample = body[:_SAMPLE]
    half = len(sample) // 2
    if not half or len(body) % 2:
        return None
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if max(even, odd) < _NUL_SHARE:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _chinese(body: bytes) -> Decoded | None:
    """Return the text as GB18030 when most pairs have two high bytes: accents of Western text stand alone."""
    pairs = _PAIRS.findall(body[:_SAMPLE])
    high = sum(1 for pair in pairs if len(pair) == 2 and pair[1] >= 0x80)
    if not pairs or high / len(pairs) < _CHINESE_SHARE:
        return None
    return _strict(body, "gb18030")
