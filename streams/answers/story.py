"""The story of a deal, read from the archive."""

from zoneinfo import ZoneInfo

from services.boards.story import Known, Story, tell
from services.errors import RootUnknown
from services.identity import identify
from services.scope import Scope
from services.view import AsOf, HappenedBy, Latest, View
from streams.answers.cut import Cut, as_of, latest
from streams.answers.questions import Questions
from streams.projection.shelf import decode_root
from streams.store.archive import EventRow, from_row

_COLUMNS = ", ".join(EventRow._fields)


def story(questions: Questions, deal: str, scope: Scope, view: View, secret: bytes) -> Story:
    """Return the story of a deal by its id or by its key at any source.

    Raise `RootUnknown` when there is none, or when the asker may not see it.
    """
    connection = questions.connection()
    now = questions.clock()
    cut = as_of(connection, view) if isinstance(view, AsOf) else latest(connection, view, now)
    for name in ids_of(cut, deal, secret):
        events = _events(cut, name, view)
        if events:
            told = tell(name, events, ZoneInfo(cut.rules.zone))
            team = cut.organisation.team_of(told.deal.owner, cut.today)
            if scope.sees_rep(told.deal.owner, team or None):
                return told
    raise RootUnknown(f"deal/{deal}")


def ids_of(cut: Cut, deal: str, secret: bytes) -> list[str]:
    """Return the ids that a text may stand for: itself, and the key of a deal at each source."""
    rows = cut.connection.execute("SELECT DISTINCT source FROM counters WHERE name = 'received' ORDER BY source")
    sources = [source for (source,) in rows]
    names = [*sources, *(source.removeprefix("import/") for source in sources)]
    return [deal, *(identify(secret, "deal", name, deal) for name in names)]


def _events(cut: Cut, deal: str, view: View) -> list[Known]:
    """Return the events of a deal, and of those merged with it, that a view knows."""
    found: list[Known] = []
    waiting, seen = [f"deal/{deal}"], set[str]()
    while waiting:
        subject = waiting.pop()
        if subject in seen:
            continue
        seen.add(subject)
        row = cut.connection.execute("SELECT no, state FROM roots WHERE subject = ?", (subject,)).fetchone()
        if row is None:
            continue
        if row[1] is not None:
            waiting.extend(f"deal/{other}" for other in decode_root(subject, row[1]).linked)
        columns = cut.connection.execute(
            f"SELECT {_COLUMNS} FROM events WHERE root_no = ? AND position <= ?", (row[0], cut.position)
        )
        rows = [EventRow(*one) for one in columns]
        found.extend(
            Known(event=from_row(one, subject), position=one.position, applied_us=one.applied_us) for one in rows
        )
    return [known for known in found if _happened(known, view)]


def _happened(known: Known, view: View) -> bool:
    match view:
        case HappenedBy():
            return known.event.time_us <= view.at_us
        case Latest() | AsOf():
            return True
