"""The turnstile: several ledgers fold on one database at the same time, and write one after the other."""

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from streams.history.verify import verify
from streams.kafka.topics import partition_of
from streams.ledger.accounting import accounting
from streams.ledger.jobs import Job
from streams.ledger.ledger import Ledger
from streams.projection.head import read_head
from streams.projection.settling import move
from streams.store.connection import StoreFailed
from streams.store.postgres import is_about_values, make_store, open_postgres
from tests.builders import accepted
from tests.databases import temporary_database
from tests.faults.traffic import Facts, batches
from tests.stores import Store, Wire, dump_of, us

LATER = "2040-01-01T00:00:00Z"
NOW_US = us(LATER)
PARTITIONS = 12


class CountingLedger(Ledger):
    """Counts what became of its batches when others had written while they were folded."""

    blind = False
    moved = 0
    parted = 0
    again = 0

    def overtaken(self, jobs: Sequence[Job], now_us: int) -> bool:
        """Return whether the batch must be folded again, and count; if blind it is moved without asking that."""
        if self.blind:
            move(self.projector, read_head(self.connection))
            return False
        found = super().overtaken(jobs, now_us)
        self.again += found
        self.moved += self.projector.moved > 0
        self.parted += self.projector.again > 0
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """How many batches passed the turnstile: all, those that were moved, and those that were folded again: in part
    (`parted`) or as a whole (`again`).
    """

    batches: int
    moved: int
    parted: int
    again: int


def entangled(count: int, *, seed: int = 1) -> list[Wire]:
    """Return facts of deals that share accounts, with deals and accounts merged into each other."""
    facts = Facts(seed=seed, deals=count // 12, reps=15)
    dice = random.Random(seed)
    found: list[Wire] = []
    for plain in facts.take(count):
        kind, ids, every = dice.choice(
            [("deal", f"d{dice.randrange(facts.deals)}", 40), ("account", _account(dice), 90)]
        )
        if dice.randrange(every) == 0:
            into = f"d{dice.randrange(facts.deals)}" if kind == "deal" else _account(dice)
            merged: Wire = {"type": f"{kind}.merged", "subject": f"{kind}/{ids}", "data": {"into": into}}
            found.append(plain | merged if into != ids else plain)
        else:
            found.append(plain)
    return found


def _account(dice: random.Random) -> str:
    return f"a{dice.randrange(97)}"


def shared(facts: Sequence[Wire], workers: int, *, batch: int) -> list[list[Sequence[Wire]]]:
    """Return the batches of each worker: the partitions of a log, each with its roots, in some disorder."""
    dice = random.Random(2)
    partitions: list[list[Wire]] = [[] for _ in range(PARTITIONS)]
    for fact in facts:
        partitions[partition_of(str(fact["subject"]), PARTITIONS)].append(fact)
    found: list[list[Sequence[Wire]]] = [[] for _ in range(workers)]
    for number, partition in enumerate(partitions):
        mixed = sorted(partition, key=lambda fact: (dice.random() < 0.1, str(fact["id"])))
        found[number % workers].extend(batches(mixed, batch))
    for own in found:
        dice.shuffle(own)
    return found


def pass_turnstile(address: str, work: Sequence[Sequence[Sequence[Wire]]], blind: bool = False) -> Passed:
    """Let as many ledgers as there is work write to one database at the same time."""
    ledgers = [CountingLedger(open_postgres(address), now_us=NOW_US) for _ in work]
    together = threading.Barrier(len(work))
    failures: list[BaseException] = []

    def run(ledger: CountingLedger, own: Sequence[Sequence[Wire]]) -> None:
        try:
            ledger.blind = blind
            together.wait()
            for wires in own:
                ledger.apply([Job(items=[accepted(wire, LATER) for wire in wires])], NOW_US)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(ledgers, work, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ledger in ledgers:
        ledger.close()
    if failures:
        raise failures[0]
    return Passed(
        batches=sum(len(own) for own in work),
        moved=sum(ledger.moved for ledger in ledgers),
        parted=sum(ledger.parted for ledger in ledgers),
        again=sum(ledger.again for ledger in ledgers),
    )


@pytest.fixture
def store() -> Iterator[str]:
    """Give the address of an empty store."""
    with temporary_database("store", make_store) as address:
        yield address


def entangled_work_is_exact(address: str, folder: Path, count: int, *, batch: int) -> Passed:
    """Apply entangled facts by three ledgers: the store is that of the embedded home, without a gap."""
    facts = entangled(count)
    passed = pass_turnstile(address, shared(facts, 3, batch=batch))
    alone = Store(folder, now=LATER)
    alone.send(facts)
    with closing(open_postgres(address)) as connection:
        assert dump_of(connection) == dump_of(alone.home.connection)
        with connection.snapshot():
            assert verify(connection).differing == []
        first, last, events = connection.execute("SELECT MIN(position), MAX(position), COUNT(*) FROM events").fetchone()
        assert (first, last, events) == (1, count, count)
        found = accounting(connection)
        assert (found.gap, found.applied, found.dead_letters) == (0, count, 0)
    alone.home.close()
    return passed


def test_what_is_folded_together_is_written_in_turn(store: str, tmp_path: Path) -> None:
    """2,000 facts of shared accounts and merged deals, three ledgers: the same bytes as one home alone, and positions
    without a gap; some batches were moved behind others and some folded again.
    """
    passed = entangled_work_is_exact(store, tmp_path, 2_000, batch=20)
    assert passed.moved > passed.parted > 0


@pytest.mark.nightly
def test_many_are_written_in_turn(store: str, tmp_path: Path) -> None:
    """The same with 100,000 facts."""
    passed = entangled_work_is_exact(store, tmp_path, 100_000, batch=200)
    assert passed.moved > passed.parted > 0


def test_writing_what_was_folded_before_is_caught(store: str) -> None:
    """Control: ledgers that never fold again are caught, by the database where two number one root, else by verify."""
    try:
        pass_turnstile(store, shared(entangled(1_000), 3, batch=20), blind=True)
    except StoreFailed as refusal:
        assert is_about_values(refusal)
        return
    with closing(open_postgres(store)) as connection, connection.snapshot():
        assert verify(connection).differing
