"""Events as commands hand them in: read strictly, and told one by one what became of each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.errors import Rejected
from services.events.decode import read
from streams.ledger.jobs import Job
from streams.projection.submission import Outcome, Submission


@dataclass(frozen=True, slots=True)
class Handed:
    """Events as they were read: the job of those that can be taken, and a word for each of the others in its place."""

    job: Job
    words: Sequence[str]

    def said(self, outcomes: Iterable[Outcome]) -> list[str]:
        """Return a word for each event: applied, duplicate, `rejected:…` or `dead_letter:…`, in their order."""
        left = iter(outcomes)
        return [word or _word(next(left)) for word in self.words]


def handed(events: Sequence[Mapping[str, object]], now_us: int) -> Handed:
    """Return events as they are read now; what cannot be read is counted by its source."""
    good: list[Submission] = []
    words: list[str] = []
    refused: Counter[str] = Counter()
    for event in events:
        try:
            good.append(read(event, now_us=now_us))
            words.append("")
        except Rejected as refusal:
            words.append(f"rejected:{refusal.code}:{refusal.pointer}:{refusal.detail}")
            refused[str(event.get("source", "unknown"))] += 1
    return Handed(Job(items=good, rejected=dict(refused)), words)


def _word(outcome: Outcome) -> str:
    return outcome.kind if outcome.kind in ("applied", "duplicate") else f"dead_letter:{outcome.reason}"
