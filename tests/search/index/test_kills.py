"""The index in this process is killed with SIGKILL again and again, and loses and tears nothing."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from search.index.documents import Documents
from search.index.edge import EdgeEngine
from search.index.port import Field, Where
from tests.search.index.test_documents import document, texts
from tests.search.index.victim import NAMES, sentences_of
from tests.search.letters import WIDTH

ROOT = Path(__file__).parents[3]


def killed_at(folder: Path, first: int, lines: int, spin: int) -> int:
    """Let a victim write from a revision on; kill it after some acknowledgements, return the last one that was seen."""
    command = [sys.executable, "-m", "tests.search.index.victim", str(folder), str(first)]
    acknowledged = first - 1
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as victim:
        assert victim.stdout is not None
        for _ in range(lines):
            acknowledged = int(victim.stdout.readline())
        # A piece of work whose length is drawn, so that the kill falls anywhere in what comes next.
        sum(range(spin))
        victim.kill()
        rest = victim.stdout.read().split()
    return int(rest[-1]) if rest else acknowledged


def revision(text: str) -> int:
    """Return the revision that the first sentence of a document names."""
    found = re.search(r"revision (\d+)", text)
    return int(found.group(1)) if found else 0


def survive(folder: Path, kills: int, seed: int) -> None:
    """Kill, open and look, some times."""
    dice, first = random.Random(seed), 1
    for _ in range(kills):
        acknowledged = killed_at(folder, first, dice.randint(1, 3), dice.randint(0, 3_000_000))
        engine = EdgeEngine(folder, WIDTH)
        documents = Documents(engine)
        revs = [revision(texts(documents, name)) for name in NAMES]
        for name, rev in zip(NAMES, revs, strict=True):
            assert rev >= acknowledged
            assert texts(documents, name) == document(rev, sentences_of(rev), name=name).text
        first = max(revs)
        engine.close()
    again = killed_at(folder, first + 1, 1, 0)
    engine = EdgeEngine(folder, WIDTH)
    heads = Documents(engine).heads("company", NAMES)
    assert all(head.payload["rev"] >= again for head in heads.values()) and len(heads) == len(NAMES)
    assert engine.count(Where(must=(Field(name="part", values=("head",)),))) == len(NAMES)
    engine.close()


def test_two_kills_lose_and_tear_nothing(tmp_path: Path) -> None:
    """What was acknowledged is there, and every document reads as exactly one revision."""
    survive(tmp_path / "index", kills=2, seed=1)


@pytest.mark.nightly
def test_fifty_kills_lose_and_tear_nothing(tmp_path: Path) -> None:
    """The same over fifty kills at other moments."""
    survive(tmp_path / "index", kills=50, seed=2)
