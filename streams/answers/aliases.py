"""Accounts that became part of others: for measures whose rows name an account as it was sent."""

from collections.abc import Iterable

from services.accounts.account import Account
from services.journal.component import fold
from services.metrics.row import Row
from streams.answers.cut import Cut
from streams.store.archive import EventRow, from_row

# Measures whose rows name an account.
OF_ACCOUNTS = frozenset({"touched"})
_COLUMNS = ", ".join(f"e.{name}" for name in EventRow._fields)


def at_home(cut: Cut, rows: Iterable[Row]) -> list[Row]:
    """Return rows of accounts with the account that each one counts under at a cut."""
    into = _merged(cut)
    return [row._replace(subject=_canonical(into, row.subject)) if row.subject in into else row for row in rows]


def _canonical(into: dict[str, str], account: str) -> str:
    while account in into:
        account = into[account]
    return account


def _merged(cut: Cut) -> dict[str, str]:
    """Return which account each merged one became part of, as known at the cut; circles were refused."""
    rows = cut.connection.execute(
        f"SELECT r.subject, {_COLUMNS} FROM roots r JOIN events e ON e.root_no = r.no "
        "WHERE r.tag = 'merged' AND e.type = 'account.merged' AND e.position <= ?",
        (cut.position,),
    )
    events = [from_row(EventRow(*columns), subject) for subject, *columns in rows]
    states = ((subject.partition("/")[2], one.root.state) for subject, one in fold(events).items())
    return {name: state.merged_into for name, state in states if isinstance(state, Account) and state.merged_into}
