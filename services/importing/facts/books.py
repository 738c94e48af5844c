"""What the files of one export say together: its people, accounts, products, teams, pipelines and notes."""

from collections import Counter
from dataclasses import dataclass, field

from services.identity import normalised
from services.importing.context import Context
from services.importing.facts.names import Names
from services.importing.facts.pipelines import Pipelines


@dataclass(slots=True, kw_only=True)
class Books:
    """The shared knowledge that the files of one export are joined by.

    `assumed` counts the rows for which something was assumed, by what.
    """

    people: Names
    accounts: Names
    products: Names
    teams: Names
    pipelines: Pipelines
    assumed: Counter[str] = field(default_factory=Counter)
    deals: set[str] = field(default_factory=set)
    titles: dict[str, str | None] = field(default_factory=dict)

    def know_deal(self, key: str, title: str) -> None:
        """Note a deal, so that other files can mean it by its key or by its title if no other bears it."""
        self.deals.add(key)
        if title:
            said = normalised(title)
            self.titles[said] = None if self.titles.get(said, key) != key else key

    def deal_key(self, text: str) -> str:
        """Return the key of the deal that a text means: itself, unless it is the title of just one deal."""
        return text if text in self.deals else self.titles.get(normalised(text)) or text


def open_books(context: Context) -> Books:
    """Return books in which nothing is written yet."""
    return Books(
        people=Names("rep", context),
        accounts=Names("account", context),
        products=Names("product", context),
        teams=Names("team", context),
        pipelines=Pipelines(context),
    )
