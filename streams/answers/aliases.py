"""Accounts and deals that became part of others: for measures whose rows name one as it was sent."""

from collections.abc import Iterable

from services.accounts.account import Account
from services.deals.deal import Deal
from services.events.deals import DealMerged
from services.events.envelope import Event
from services.journal.component import fold
from services.metrics.row import Row
from streams.answers.cut import Cut
from streams.store.archive import EventRow, from_row

# Measures whose rows name an account, or a deal under which they count whoever owns it.
OF_ACCOUNTS = frozenset({"touched"})
OF_MERGED_DEALS = frozenset({"assist"})
_COLUMNS = ", ".join(f"e.{name}" for name in EventRow._fields)


def at_home(cut: Cut, rows: Iterable[Row]) -> list[Row]:
    """Return rows of accounts with the account that each one counts under at a cut."""
    return _named_anew(_merged_accounts(cut), rows)


def deals_at_home(cut: Cut, rows: Iterable[Row]) -> list[Row]:
    """Return rows of deals with the deal that each one counts under at a cut."""
    found = list(rows)
    return _named_anew(_merged_deals(cut, {row.subject for row in found}), found)


def _named_anew(into: dict[str, str], rows: Iterable[Row]) -> list[Row]:
    return [row._replace(subject=_canonical(into, row.subject)) if row.subject in into else row for row in rows]


def _canonical(into: dict[str, str], name: str) -> str:
    while name in into:
        name = into[name]
    return name


def _merged_accounts(cut: Cut) -> dict[str, str]:
    """Return which account each merged one became part of, as known at the cut; circles were refused."""
    rows = cut.connection.execute(
        f"SELECT r.subject, {_COLUMNS} FROM roots r JOIN events e ON e.root_no = r.no "
        "WHERE r.tag = 'merged' AND e.type = 'account.merged' AND e.position <= ?",
        (cut.position,),
    )
    return _into(from_row(EventRow(*columns), subject) for subject, *columns in rows)


def _merged_deals(cut: Cut, deals: Iterable[str]) -> dict[str, str]:
    """Return which deal each of some became part of, and these in turn, as known at the cut; circles were refused.

    Whether a merge holds follows from the merges of those two deals and of all that these lead to.
    """
    events: list[Event] = []
    known: set[str] = set()
    waiting = set(deals)
    while waiting:
        known |= waiting
        rows = cut.connection.execute(
            f"SELECT r.subject, {_COLUMNS} FROM roots r JOIN events e ON e.root_no = r.no "
            "WHERE r.subject IN LIST ? AND e.type = 'deal.merged' AND e.position <= ?",
            (sorted(f"deal/{deal}" for deal in waiting), cut.position),
        )
        found = [from_row(EventRow(*columns), subject) for subject, *columns in rows]
        events += found
        waiting = {event.data.into for event in found if isinstance(event.data, DealMerged)} - known
    return _into(events)


def _into(merges: Iterable[Event]) -> dict[str, str]:
    states = ((subject.partition("/")[2], one.root.state) for subject, one in fold(merges).items())
    return {name: one.merged_into for name, one in states if isinstance(one, Account | Deal) and one.merged_into}
