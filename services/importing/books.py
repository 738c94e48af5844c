"""What the files of one export say together: its people, accounts, products, teams, pipelines and notes."""

from collections import Counter
from dataclasses import dataclass, field

from services.importing.context import Context
from services.importing.names import Names
from services.importing.pipelines import Pipelines


@dataclass(slots=True, kw_only=True)
class Books:
    """The shared knowledge that the files of one export are joined by.

    `assumed` counts the rows for which something was assumed, by what; `notes` count what is worth knowing.
    """

    people: Names
    accounts: Names
    products: Names
    teams: Names
    pipelines: Pipelines
    assumed: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)


def open_books(context: Context) -> Books:
    """Return books in which nothing is written yet."""
    return Books(
        people=Names("rep", context),
        accounts=Names("account", context),
        products=Names("product", context),
        teams=Names("team", context),
        pipelines=Pipelines(context),
    )
