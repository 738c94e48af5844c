"""A process that writes documents into an index until it is killed, and says what it has acknowledged."""

import sys
from pathlib import Path

from search.index.document import prepare
from search.index.documents import Documents
from search.index.edge import EdgeEngine
from tests.search.index.test_documents import document
from tests.search.letters import WIDTH, Letters

NAMES = tuple(f"case/{number}" for number in range(4))


def sentences_of(rev: int) -> int:
    """Return how long a revision is, so that each differs from the one before."""
    return 5 + rev * 17 % 41


def main(folder: Path, rev: int) -> None:
    """Write revision after revision of a few documents."""
    engine = EdgeEngine(folder, WIDTH)
    documents = Documents(engine)
    while True:
        made = [document(rev, sentences_of(rev), name=name) for name in NAMES]
        documents.replace(prepare(made, Letters()))
        engine.flush()
        sys.stdout.write(f"{rev}\n")
        sys.stdout.flush()
        rev += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
