"""What people said against documents that are contradicted, in their words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.events.knowledge import DocumentContradicted
from streams.answers.cut import Cut
from streams.answers.documents import Listed
from streams.answers.said import said


@dataclass(frozen=True, kw_only=True, slots=True)
class Contradiction:
    """What somebody holds to be wrong; the text is empty where they said nothing or it was erased."""

    by: str
    deal: str
    text: str
    time_us: int


def contradictions(cut: Cut, found: Iterable[Listed]) -> dict[str, list[Contradiction]]:
    """Return what was said against each of some documents since it was last verified, by id, the first said first."""
    since = {f"document/{one.id}": one.state.contradicted for one in found if one.state.contradicted}
    told: dict[str, list[Contradiction]] = defaultdict(list)
    for subject, events in said(cut, sorted(since), ("document.contradicted",)).items():
        first = since[subject]
        for event in events:
            data = event.data
            if first and isinstance(data, DocumentContradicted) and event.time_us >= first.us:
                told[subject.partition("/")[2]].append(
                    Contradiction(by=data.by or "", deal=data.deal or "", text=data.text or "", time_us=event.time_us)
                )
    return dict(told)
