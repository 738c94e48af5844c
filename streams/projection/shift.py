"""How a batch is numbered anew when others have written since it was collected."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """How the numbers of a batch change.

    :ivar begin: its first position.
    :ivar time_us: how much later its moments are.
    :ivar numbers: the numbers of roots that are new to the store, by those they had.
    :ivar first_no: the first number that the store did not have; `next_no` is the one after the last of the batch.
    """

    begin: int
    time_us: int
    numbers: Mapping[int, int]
    first_no: int
    next_no: int

    def number(self, no: int) -> int:
        """Return the number of a root; those that the store had before keep theirs."""
        return self.numbers.get(no, no)
