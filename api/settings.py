"""Settings: the only reader of the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.errors import PacelineError

VERSION = "0.1.0"
PORT = 8642
BODY_MAX_BYTES = 1 * 2**20
BATCH_MAX_BYTES = 5 * 2**20


class SettingWrong(PacelineError):
    """A setting with a value that makes no sense."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name} is “{value}”; it must be {wanted}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How Paceline runs. It binds loopback: there is no sign-in yet."""

    home: Path
    port: int = PORT
    host: str = "127.0.0.1"


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of an environment: PACELINE_HOME and PACELINE_PORT."""
    port = environment.get("PACELINE_PORT", str(PORT))
    if re.fullmatch("[0-9]{1,5}", port) is None or int(port) > 65_535:
        raise SettingWrong("PACELINE_PORT", port, "a number from 0 to 65535")
    return Settings(home=_home(environment), port=int(port))


def _home(environment: Mapping[str, str]) -> Path:
    """Return the data folder: PACELINE_HOME, else that of the user."""
    named = environment.get("PACELINE_HOME")
    if named:
        return Path(named).expanduser()
    data = environment.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "paceline"
