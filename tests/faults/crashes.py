"""Crashes: a client that sends to a process being killed again and again, and knows what was acknowledged."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

from tests.faults.traffic import Facts
from tests.faults.victim import FAILPOINTS, Life
from tests.stores import Wire

ROOT = Path(__file__).parents[2]
REQUESTS, EVENTS = 14, 5
PASSINGS_MAX = 4


def passings(dice: random.Random, bug: str) -> int:
    """Return at which passing of its failpoint a life ends.

    The right product passes each at least four times in a life. A wrong one may write everything in one
    transaction, so its lives end at the first.
    """
    return 1 if bug else dice.randrange(1, PASSINGS_MAX)


@dataclass(slots=True)
class Series:
    """What a client knows after a series of lives: every fact that it sent, and which were acknowledged."""

    kills: int = 0
    facts: list[Wire] = field(default_factory=list)
    acked: set[str] = field(default_factory=set)
    resent: int = 0


@dataclass(slots=True)
class _Client:
    folder: Path
    bug: str
    source: Facts
    told: Series = field(default_factory=Series)
    pending: list[list[Wire]] = field(default_factory=list)

    def live(self, lives: IO[bytes], acks: IO[bytes], failpoint: str, after: int) -> int:
        """Send what is not acknowledged, with new requests behind it, and return how the life ended."""
        self.told.resent += len(self.pending)
        while failpoint and len(self.pending) < REQUESTS:
            new = self.source.take(EVENTS)
            self.told.facts.extend(new)
            self.pending.append(new)
        sent = self.pending
        life = Life(folder=str(self.folder), failpoint=failpoint, after=after, bug=self.bug, requests=sent)
        lives.write(msgspec.json.encode(life) + b"\n")
        lives.flush()
        done: set[int] = set()
        for line in acks:
            word, number = line.split()
            if word == b"end":
                break
            done.add(int(number))
        self.told.acked.update(str(fact["id"]) for place in done for fact in sent[place])
        self.pending = [request for place, request in enumerate(sent) if place not in done]
        return int(number)


@contextmanager
def _victim() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    command = [sys.executable, "-m", "tests.faults.victim"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        yield process.stdin, process.stdout
        process.stdin.close()
        assert process.wait() == 0


def crash(folder: Path, *, kills: int, bug: str = "", seed: int = 1) -> Series:
    """Kill a home `kills` times at each failpoint while a client sends, then send what is left and return.

    The client resends every request that was not acknowledged, first thing in the next life.
    """
    dice = random.Random(seed)
    client = _Client(folder, bug, Facts(seed=seed, deals=150, reps=5))
    ends = [failpoint for failpoint in FAILPOINTS for _ in range(kills)]
    dice.shuffle(ends)
    with _victim() as (lives, acks):
        for failpoint in ends:
            ended = client.live(lives, acks, failpoint, passings(dice, bug))
            assert ended == -signal.SIGKILL, f"a life that was to end at {failpoint} ended with {ended}"
            client.told.kills += 1
        assert client.live(lives, acks, "", 0) == 0
    return client.told
