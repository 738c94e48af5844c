"""Upkeep of a data folder: when its last backup was made, and how much room its disk has."""

import math
import shutil
from pathlib import Path

FILE = "last-backup"


def backup_made(home: Path, now_us: int) -> None:
    """Remember that a checked backup was made now, in microseconds since 1970 UTC."""
    # Whoever backs a database up may never have had a data folder.
    home.mkdir(parents=True, exist_ok=True)
    part = home / f"{FILE}.part"
    part.write_text(str(now_us))
    part.replace(home / FILE)


def backup_age_seconds(home: Path, now_us: int) -> float:
    """Return how old the newest backup is; infinite when there was none that is known of."""
    try:
        made_us = int((home / FILE).read_text())
    except (OSError, ValueError):
        return math.inf
    return max(now_us - made_us, 0) / 1e6


def disk_free(home: Path) -> float:
    """Return the share of the disk that is free, from 0 to 1."""
    disk = shutil.disk_usage(home)
    return disk.free / disk.total
