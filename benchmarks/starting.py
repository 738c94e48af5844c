"""How long a server takes from its start to the first page, and how many bytes the board page sends."""

import argparse
import gzip
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from api.sample.company import sample
from api.sample.facts import SampleOptions
from benchmarks.figures import Figure, show
from services.events.decode import read
from streams.embedded.home import Home
from streams.embedded.lock import address
from streams.embedded.writer import system_clock
from streams.ledger.jobs import Job

ROUNDS = 5
WAIT_SECONDS = 30.0
_ASSET = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"')


def prepare(folder: Path, reps: int) -> None:
    """Fill a data folder with the sample company."""
    home = Home(folder, now_us=system_clock())
    history = sample(SampleOptions(now=datetime.now(UTC), seed=7, reps=reps)).history
    for start in range(0, len(history), 1_000):
        now_us = system_clock()
        home.apply([Job(items=[read(fact, now_us=now_us) for fact in history[start : start + 1_000]])], now_us)
    home.close()


def first_page(folder: Path) -> tuple[float, float, bytes, int]:
    """Return the seconds to the first page, the CPU seconds of it all, the page, and the bytes of its assets."""
    began, before = time.perf_counter(), os.times()
    command = [sys.executable, "-m", "api.launch", "serve", "--port", "0"]
    environment = os.environ | {"PACELINE_HOME": str(folder)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            url = _announced(folder, began)
            page = _get(url)
            wall = time.perf_counter() - began
            assets = sum(len(_get(url + path)) for path in sorted(set(_ASSET.findall(gzip.decompress(page).decode()))))
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, page, assets


def _announced(folder: Path, began: float) -> str:
    while time.perf_counter() - began < WAIT_SECONDS:
        url = address(folder)
        if url:
            return url
        time.sleep(0.005)
    raise TimeoutError(f"the server did not answer within {WAIT_SECONDS:.0f} s")


def _get(url: str) -> bytes:
    """Return a body as it crosses the wire, compressed; a server that just begins is asked again."""
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
    for _ in range(1_000):
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                body: bytes = answer.read()
                return body if answer.headers.get("Content-Encoding") == "gzip" else gzip.compress(body)
        except ConnectionError:
            time.sleep(0.005)
    raise TimeoutError(f"{url} does not answer")


def measure(reps: int) -> Iterator[Figure]:
    """Yield the median over `ROUNDS` starts, and the bytes of the page."""
    with tempfile.TemporaryDirectory(prefix="paceline-starting-") as name:
        prepare(Path(name), reps)
        found = [first_page(Path(name)) for _ in range(ROUNDS)]
    walls = sorted(wall for wall, *_ in found)
    cpus = sorted(cpu for _, cpu, *_ in found)
    *_, page, assets = found[-1]
    yield Figure(name="process start to first page, median", value=walls[ROUNDS // 2], unit="s", goal="≤ 1")
    yield Figure(name="CPU of start, page and stop, median", value=cpus[ROUNDS // 2], unit="CPU-s")
    yield Figure(name=f"board page of {reps} reps, compressed", value=len(page) / 1_000, unit="kB", goal="≤ 20")
    yield Figure(name="its styles and scripts, kept by browsers", value=assets / 1_000, unit="kB")


def main() -> None:
    """Measure and print."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--reps", type=int, default=24, help="reps on the board")
    show("Start and page", measure(reading.parse_args().reps))


if __name__ == "__main__":
    main()
