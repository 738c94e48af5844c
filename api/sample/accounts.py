"""The accounts of the sample company."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.sample.facts import ZONE, Fact, Maker, SampleOptions
from api.sample.names import FIRST, INDUSTRIES, REGIONS, SECOND, is_chinese


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A customer or one to be."""

    id: str
    name: str

    @property
    def language(self) -> str:
        """Return the language that the account's papers are written in."""
        return "zh" if is_chinese(self.name) else "en"


def accounts(maker: Maker, options: SampleOptions) -> list[Account]:
    """Return about ten accounts for every rep."""
    found: list[Account] = []
    for index in range(options.reps * 10):
        first = FIRST[index % len(FIRST)]
        words = SECOND["zh" if is_chinese(first) else "en"]
        second = words[(index // len(FIRST)) % len(words)]
        again = index // (len(FIRST) * len(words))
        name = first + ("" if is_chinese(first) else " ") + second + (f" {again + 1}" if again else "")
        found.append(Account(id=f"acc-{index + 1:04d}", name=name))
    return found


def creation(maker: Maker, options: SampleOptions, known: list[Account]) -> Iterator[Fact]:
    """Yield the accounts as they were entered before the first deal."""
    at = datetime.combine(options.first_day - timedelta(days=3), datetime.min.time(), ZONE)
    for index, account in enumerate(known):
        parent = known[index - 1].id if index % 17 == 16 else None
        yield maker.fact(
            "account.created",
            f"account/{account.id}",
            at,
            name=account.name,
            industry=INDUSTRIES[index % len(INDUSTRIES)],
            region=maker.dice.choice(REGIONS),
            size=maker.dice.choice(("small", "medium", "large")),
            parent=parent,
        )
