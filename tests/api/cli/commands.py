"""Commands as a person types them, in this process, with their output and exit code."""

import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from api.cli.main import main
from api.secret import installation_secret
from tests.api.servers import environment
from tests.stores import Store, Wire


@dataclass(frozen=True, slots=True)
class Result:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        """Return its output as JSON."""
        return msgspec.json.decode(self.out)


class Command:
    """Types commands into the data folder of a test."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._patch = patch
        self._capture = capture
        for name, value in environment(home).items():
            patch.setenv(name, value)
        patch.delenv("PACELINE_PORT", raising=False)

    def __call__(self, *words: str) -> Result:
        """Type a command and return what it did."""
        self._patch.setattr(sys, "argv", ["paceline", *words])
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
        found = self._capture.readouterr()
        return Result(code, found.out, found.err)

    def told(self, *words: str) -> str:
        """Type a command that must fail with exit code 2 and one clear line, and return that line."""
        found = self(*words)
        assert found.code == 2, found
        assert found.out == ""
        lines = [line for line in found.err.splitlines() if line.strip()]
        assert "Traceback" not in found.err
        assert len(lines) == 1, lines
        assert lines[0].startswith("Error: ")
        return lines[0]

    def store(self, *wires: Wire | list[Wire]) -> None:
        """Put events into the store, applied at the moment of `tests.stores.NOW`."""
        store = Store(self.home)
        store.send(*wires)
        store.home.close()
        installation_secret(self.home)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give a person at a terminal with an empty data folder."""
    return Command(tmp_path / "home", monkeypatch, capsys)
