"""A process that takes versions of documents and decided deals in and indexes them until it is killed.

It changes its model all the time.
It says which events the store has acknowledged, and up to which of them it has read.
"""

import sys
from pathlib import Path

from tests.api.searching.indexed import Indexed
from tests.builders import deal, event, won
from tests.search.letters import Letters, Others

NAMES = tuple(f"d{number}" for number in range(3))


def text_of(rev: int) -> str:
    """Return a text of several passages that names its revision in each sentence."""
    return " ".join(f"Sentence {number} of revision{rev} speaks of budgets." for number in range(3 + rev * 7 % 30))


def say(text: str) -> None:
    """Say a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(folder: Path, first: int) -> None:
    """Write and index revision after revision."""
    choice: list[Letters] = [Letters()]
    site = Indexed(folder, lambda: choice[0], Letters(), Others())
    site.read()
    rev = first
    while True:
        # A change of the model is under way at many of the moments at which it may be killed.
        choice[0] = (Letters, Others)[rev // 2 % 2]()
        made = [
            event("document.written", f"document/{name}", "2017-03-01", title=f"T{rev}", text=text_of(rev))
            | {"id": f"{name}:{rev}", "sequence": rev}
            for name in NAMES
        ]
        ended = [deal(f"x{rev}", "2017-03-01", title=f"Deal{rev}"), won(f"x{rev}", "2017-03-02")]
        site.store.send(made, ended)
        say(f"stored {rev}")
        site.read()
        say(f"read {rev}")
        rev += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
