"""The indexer is killed with SIGKILL again and again: what was stored is found, whole, and once."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from search.index.document import TENANT
from search.index.port import Field, Where
from tests.api.searching.indexed import indexed
from tests.api.searching.victim import NAMES, text_of
from tests.search.letters import Letters, Others

ROOT = Path(__file__).parents[3]


def killed(folder: Path, first: int, lines: int, spin: int) -> int:
    """Let a victim run from a revision on, kill it after some lines, and return the last revision that was stored."""
    command = [sys.executable, "-m", "tests.api.searching.victim", str(folder), str(first)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        said = [victim.stdout.readline() for _ in range(lines)]
        # A piece of work whose length is drawn, so that the kill falls anywhere in what comes next.
        sum(range(spin))
        victim.kill()
        said.extend(victim.stdout.read().splitlines())
    stored = [int(line.split()[1]) for line in said if line.startswith("stored ") and len(line.split()) == 2]
    return max(stored, default=first - 1)


def look(folder: Path, stored: int) -> int:
    """Index what is left, look at everything, and return the revision that stands, which may be one that went on."""
    with indexed(folder, Letters, Others()) as site:
        site.read()
        status = site.search.status()
        assert (status.waiting, status.model, status.remaking) == (0, "letters", None)
        assert len([path for path in (folder / "index").glob("made-*") if path.is_dir()]) == 1
        holding = site.search._shelf.current
        assert holding is not None
        revs = set()
        for name in NAMES:
            passages = holding.documents.passages(TENANT, f"document/{name}")
            head = holding.documents.heads(TENANT, [f"document/{name}"])[f"document/{name}"]
            rev = int(str(head.payload["title"])[1:])
            assert rev >= stored
            # Whole, and of one revision.
            assert " ".join(str(one.payload["text"]) for one in passages) == text_of(rev)
            part = Field(name="part", values=("passage",))
            mine = Where(must=(part, Field(name="doc_id", values=(f"document/{name}",))))
            assert holding.engine.count(mine) == len(passages)
            revs.add(rev)
        deals = [f"deal/x{rev}@" for rev in range(1, stored + 1)]
        assert set(holding.documents.heads(TENANT, deals)) == set(deals)
        heads = Where(must=(Field(name="part", values=("head",)), Field(name="kind", values=("deal",))))
        assert holding.engine.count(heads) == max(revs)
        return max(revs)


def survive(folder: Path, kills: int, seed: int) -> None:
    """Kill, open and look, some times."""
    dice, rev = random.Random(seed), 0
    for _ in range(kills):
        stored = killed(folder, rev + 1, dice.randint(1, 6), dice.randint(0, 4_000_000))
        rev = look(folder, stored)


def test_two_kills_lose_and_tear_nothing(tmp_path: Path) -> None:
    """Everything that was stored is in the index after the next start, each document whole and once."""
    survive(tmp_path, kills=2, seed=1)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
def test_fifty_kills_lose_and_tear_nothing(tmp_path: Path) -> None:
    """The same over fifty kills at other moments."""
    survive(tmp_path, kills=50, seed=2)
