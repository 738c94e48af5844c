"""Running something in a process of its own that may compute for so long: what would never end is ended."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CPU_SECONDS = 10


def run_bounded(script: str) -> None:
    """Run Python that has to come to its end."""
    bounds = f"import resource; resource.setrlimit(resource.RLIMIT_CPU, ({CPU_SECONDS}, {CPU_SECONDS}))\n"
    found = subprocess.run(
        [sys.executable, "-c", bounds + script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found
