"""Whether a document can be relied on, from its state and the time."""

from typing import Literal

from services.days import DAY_US
from services.documents.document import Document

Trust = Literal["verified", "due", "stale", "unverified"]
TRUSTS: tuple[Trust, ...] = ("verified", "due", "stale", "unverified")
# Verifiers are asked two weeks ahead, or in the second half of a shorter interval.
NOTICE_DAYS = 14


def until_us(document: Document) -> int | None:
    """Return the moment at which the verification of a document ends, None when it has none."""
    found = document.verified
    if found is None:
        return None
    if found.until_day is not None:
        return (found.until_day + 1) * DAY_US
    return found.at.us + document.verify_every_days * DAY_US


def trust_of(document: Document, now_us: int) -> Trust:
    """Return the trust state of a document at a moment.

    `unverified`: nobody confirmed the version that stands, or somebody holds that it is wrong. `due`: the
    verification ends soon. `stale`: it has ended.
    """
    end = until_us(document)
    if end is None or document.verified is None or document.contradicted:
        return "unverified"
    if now_us >= end:
        return "stale"
    notice = min(NOTICE_DAYS * DAY_US, (end - document.verified.at.us) // 2)
    return "due" if now_us >= end - notice else "verified"
