"""A process that takes versions of documents and decided deals in and indexes them until it is killed.

It says which events the store has acknowledged, and which roots were taken off the queue.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from streams.answers.searchable import Waiting
from tests.api.searching.indexed import Indexed
from tests.builders import deal, event, won

NAMES = tuple(f"d{number}" for number in range(3))


def text_of(rev: int) -> str:
    """Return a text of several passages that names its revision in each sentence."""
    return " ".join(f"Sentence {number} of revision{rev} speaks of budgets." for number in range(3 + rev * 7 % 30))


class Loud(Indexed):
    """Says what it takes off the queue, after it did."""

    def taken(self, rows: Sequence[Waiting]) -> None:
        """Take roots off the queue."""
        super().taken(rows)
        say(" ".join(["read", *(f"{row.subject}@{row.position}" for row in rows)]))


def say(text: str) -> None:
    """Say a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(folder: Path, first: int) -> None:
    """Write and index revision after revision."""
    site = Loud(folder)
    site.read()
    rev = first
    while True:
        made = [
            event("document.written", f"document/{name}", "2017-03-01", title=f"T{rev}", text=text_of(rev))
            | {"id": f"{name}:{rev}", "sequence": rev}
            for name in NAMES
        ]
        ended = [deal(f"x{rev}", "2017-03-01", title=f"Deal{rev}"), won(f"x{rev}", "2017-03-02")]
        site.store.send(made, ended)
        say(f"stored {rev}")
        site.read()
        rev += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
