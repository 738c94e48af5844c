"""Figures: what a benchmark measured, beside what it should reach."""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROBE_ROUNDS = 40_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One measured value; `goal` says what it should be, empty when it is only reported."""

    name: str
    value: float
    unit: str
    goal: str = ""


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print the figures of a benchmark as they come."""
    sys.stdout.write(f"\n{title}\n")
    for figure in figures:
        goal = f"   (goal {figure.goal})" if figure.goal else ""
        sys.stdout.write(f"  {figure.name:<58} {_number(figure.value):>12} {figure.unit}{goal}\n")
        sys.stdout.flush()


def _number(value: float) -> str:
    if abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of the values lie; 0.0 when there are none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def probe() -> float:
    """Return the CPU seconds of a fixed piece of work, to tell a slower machine from slower code."""
    began = time.process_time()
    sums: dict[tuple[int, str], int] = {}
    for number in range(PROBE_ROUNDS):
        key = (number % 4_096, "probe")
        sums[key] = sums.get(key, 0) + number
    return time.process_time() - began


def resident_bytes() -> int:
    """Return how much memory this process holds, 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1_024
