"""A row of sums from the journal, as metrics are computed from."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias


class Row(NamedTuple):
    """Sums of postings with the same traits. `day` is None when the row sums up several days.

    Amounts: `n` contributing roots, `count_bp` basis points of one countable thing, `amount` minor units or seconds.
    """

    rep: str
    day: int | None
    currency: str
    rate_day: int
    dims: str
    value: int
    subject: str
    n: int
    count_bp: int
    amount: int


Group: TypeAlias = Mapping[str, Sequence[Row]]
