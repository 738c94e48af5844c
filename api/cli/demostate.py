"""How far a demo is, kept in its data folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

STATE = "demo.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What a demo was made from, and how much of its future was told."""

    seed: int
    reps: int
    now_us: int
    loaded: bool = False
    told: int = 0


def kept(home: Path) -> State | None:
    """Return what a demo kept of itself, None when there was none or it cannot be read."""
    try:
        return State(**json.loads((home / STATE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def keep(home: Path, state: State) -> None:
    """Keep how far a demo is."""
    part = home / f"{STATE}.part"
    part.write_text(json.dumps(asdict(state)))
    part.replace(home / STATE)
