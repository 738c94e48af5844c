"""Who became whom: every merge so far, where a second merge and one that closes a circle do nothing."""

from collections.abc import Iterable

from tests.oracle.wire import Fact, text


class Merges:
    """Roots that went into others."""

    def __init__(self) -> None:
        """Start with nobody merged."""
        self.into: dict[str, str] = {}

    def home(self, root: str) -> str:
        """Return the root that `root` is part of by now, itself if it was never merged."""
        while root in self.into:
            root = self.into[root]
        return root

    def merge(self, root: str, other: str) -> None:
        """Put `root`, with all that went into it, into `other`, unless it has gone or that makes a circle."""
        if root not in self.into and self.home(other) != root:
            self.into[root] = self.home(other)


def merges_of(facts: Iterable[Fact]) -> Merges:
    """Return all merges of accounts, given in order."""
    merges = Merges()
    for fact in facts:
        into = text(fact.said, "into")
        if fact.type == "account.merged" and into is not None:
            merges.merge(fact.root, into)
    return merges
