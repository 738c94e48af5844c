"""Numbers of what people did, by the person who did it."""

from collections.abc import Iterable

from tests.oracle.activities import Activity
from tests.oracle.merges import Merges
from tests.oracle.sums import Numbers, Span, counted

METRICS = {"calls": "call", "meetings": "meeting", "emails": "email", "demos": "demo"}


def effort_numbers(activities: Iterable[Activity], accounts: Merges, span: Span) -> dict[str, Numbers]:
    """Return every metric of activities by person over a span of business days."""
    done = [activity for activity in activities if activity.day in span]
    talked = [(a.by, a.talked_seconds) for a in done if a.talked_seconds is not None]
    touched = {(a.by, accounts.home(a.account)) for a in done if a.account}
    numbers = {metric: counted((a.by, 1) for a in done if a.kind == kind) for metric, kind in METRICS.items()}
    return numbers | {
        "visits": counted((a.by, 1) for a in done if a.visited),
        "effective_talk_seconds": counted(talked),
        "effective_calls": counted((by, 1) for by, _ in talked),
        "accounts_touched": counted((by, 1) for by, _ in touched),
    }
