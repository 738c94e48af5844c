"""Which deals an asker may see by name."""

from collections.abc import Iterable

from services.deals.deal import Deal
from services.scope import Scope
from streams.answers.cut import Cut
from streams.projection.shelf import decode_root


def visible_deals(cut: Cut, names: Iterable[str], scope: Scope) -> list[str]:
    """Return those of some deals whose owners an asker sees, in their order."""
    asked = list(names)
    rows = cut.connection.execute(
        "SELECT subject, state FROM roots WHERE subject IN LIST ?", ([f"deal/{name}" for name in asked],)
    )
    seen: set[str] = set()
    for subject, body in rows:
        state = decode_root(subject, body).state if body else None
        owner = state.owner if isinstance(state, Deal) else ""
        if scope.sees_rep(owner, cut.organisation.team_of(owner, cut.today) or None):
            seen.add(subject.partition("/")[2])
    return [name for name in asked if name in seen]
