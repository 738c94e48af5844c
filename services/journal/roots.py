"""A stored root: its state, the youngest event in it, and the roots that it is merged with."""

from typing import NamedTuple

from services.journal.kinds import State
from services.journal.order import OrderKey


class Root(NamedTuple):
    """A root as folded so far. `last` is the order key of its youngest event."""

    state: State
    last: OrderKey

    @property
    def hidden(self) -> bool:
        """Whether nothing of this root counts."""
        return bool(getattr(self.state, "hidden", False))

    @property
    def linked(self) -> tuple[str, ...]:
        """Return the ids of the roots of the same kind that are merged with this one."""
        into = getattr(self.state, "merged_into", "")
        absorbed: tuple[str, ...] = getattr(self.state, "absorbed", ())
        return (into, *absorbed) if into else absorbed
