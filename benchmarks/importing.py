"""What importing costs: one CSV of deals through `paceline import` into a fresh home, beside a bare pass over the file.

python -m benchmarks.importing [--rows N]
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.figures import Figure, show

ROWS = 100_000
SEED = 7
REPS = 200
STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Won", "Closed Lost")
HEADER = (
    "Opportunity ID",
    "Opportunity Name",
    "Account Name",
    "Owner",
    "Stage",
    "Amount",
    "Currency",
    "Close Date",
    "Created Date",
    "Product",
    "Lead Source",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one way over the file took."""

    rows: int
    wall_seconds: float
    cpu_seconds: float

    @property
    def rows_per_cpu_second(self) -> float:
        """Return rows per second of the processor, user and system, children included."""
        return self.rows / self.cpu_seconds


def write_deals(path: Path, rows: int, seed: int = SEED) -> None:
    """Write an export of deals: five deals an account, two hundred reps, two in seven won, the year 2017."""
    dice = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(_deal(dice, number, rows))


def _deal(dice: random.Random, number: int, rows: int) -> tuple[str, ...]:
    created = date(2017, 1, 1) + timedelta(days=dice.randrange(270))
    return (
        f"006{number:09d}",
        f"Deal {number} 合同",
        f"Account {dice.randrange(max(1, rows // 5))}",
        f"Rep {dice.randrange(REPS)}",
        dice.choice(STAGES),
        f"{dice.randrange(10_000, 9_999_999) / 100:.2f}",
        "USD",
        str(created + timedelta(days=dice.randrange(90))),
        str(created),
        dice.choice(("GTX", "GTK", "MG")),
        dice.choice(("Web", "Phone", "Partner")),
    )


def bare(path: Path, rows: int) -> Cost:
    """Read the file with `csv.DictReader` and encode every row as JSON: what any importer in Python must do."""
    began, cpu = time.perf_counter(), time.process_time()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            json.dumps(row, ensure_ascii=False)
    return Cost(rows=rows, wall_seconds=time.perf_counter() - began, cpu_seconds=time.process_time() - cpu)


def imported(path: Path, rows: int, home: Path) -> Cost:
    """Import the file with the command line in a process of its own; raise when not every row was imported."""
    command = (sys.executable, "-m", "api.launch", "import", str(path), "--json", "--yes")
    environment = {**os.environ, "PACELINE_HOME": str(home)}
    began, before = time.perf_counter(), os.times()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    wall, after = time.perf_counter() - began, os.times()
    report = json.loads(done.stdout)
    if (report["imported"], report["turned"]) != (rows, []):
        raise SystemExit(f"Only {report['imported']} of {rows} rows were imported.")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(rows=rows, wall_seconds=wall, cpu_seconds=used)


def run(rows: int = ROWS, seed: int = SEED) -> dict[str, Cost]:
    """Measure a bare pass, a first import and the same import again over one file of deals."""
    with tempfile.TemporaryDirectory(prefix="paceline-importing-") as folder:
        path, home = Path(folder) / "deals.csv", Path(folder) / "home"
        write_deals(path, rows, seed)
        return {
            "bare": bare(path, rows),
            "first": imported(path, rows, home),
            "again": imported(path, rows, home),
        }


def measure(rows: int) -> Iterator[Figure]:
    """Yield what a first import and the same one again cost, beside a bare pass over the file."""
    costs = run(rows)
    first, again = costs["first"], costs["again"]
    yield Figure(name=f"first import of {rows:,} deals", value=first.wall_seconds, unit="s", goal="≤ 60 for 100,000")
    yield Figure(name="the same in rows", value=first.rows_per_cpu_second, unit="rows/CPU-s")
    yield Figure(name="the same file again, nothing changes", value=again.wall_seconds, unit="s")
    yield Figure(name="a bare pass over the file", value=costs["bare"].rows_per_cpu_second, unit="rows/CPU-s")
    yield Figure(
        name="first import / bare pass", value=first.cpu_seconds / costs["bare"].cpu_seconds, unit="times of CPU"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What importing a file of deals costs.")
    parser.add_argument("--rows", type=int, default=ROWS)
    show("Import", measure(parser.parse_args().rows))


if __name__ == "__main__":
    main()
