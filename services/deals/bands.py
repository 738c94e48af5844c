"""Bands of company sizes, in an order, so that neighbours are known; what holds no number stands as it is."""

import re

_EDGES = (10, 50, 200, 1_000, 5_000)
BANDS = ("1-10", "11-50", "51-200", "201-1000", "1001-5000", "5001+")
_NUMBER = re.compile(r"\d[\d,. ]*")


def size_band(size: str) -> str:
    """Return the band of a size such as `120`, `51-200` or `5,001+`; what holds no number is its own band."""
    found = [_whole(part) for part in _NUMBER.findall(size)]
    numbers = [number for number in found if number]
    if not numbers:
        return " ".join(size.casefold().split())
    typical = numbers[-1]
    return BANDS[sum(typical > edge for edge in _EDGES)] if "+" not in size else _above(typical)


def _above(least: int) -> str:
    return BANDS[min(sum(least >= edge for edge in _EDGES), len(BANDS) - 1)]


def neighbours(band: str) -> tuple[str, ...]:
    """Return the bands beside one."""
    if band not in BANDS:
        return ()
    place = BANDS.index(band)
    return tuple(BANDS[near] for near in (place - 1, place + 1) if 0 <= near < len(BANDS))


def _whole(text: str) -> int:
    digits = re.sub(r"[,. ](?=\d{3}\b)", "", text.strip())
    return int(float(re.sub(r"[ ,]", "", digits).rstrip(".") or 0))
