"""Whom PostgreSQL runs as: the user, or, since it refuses the superuser, an account without rights."""

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from services.errors import PacelineError

_POWERLESS = "nobody"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


class DatabaseNotMade(PacelineError):
    """A folder in which PostgreSQL could not make its files."""

    def __init__(self, folder: Path, said: str) -> None:
        super().__init__(f"The database in {folder} could not be made: {said}")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the system; None is the user who started Paceline."""

    uid: int | None = None
    gid: int | None = None

    def make(self, folder: Path) -> None:
        """Make a folder that only this account may look into."""
        folder.mkdir(mode=0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def popen(self, words: Sequence[str | Path], log: BinaryIO) -> subprocess.Popen[bytes]:
        """Start a program that outlives this one, with its output in a log."""
        return subprocess.Popen(  # noqa: S603
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def run(self, words: Sequence[str | Path], folder: Path, text: str = "") -> None:
        """Run a program to its end with a text as its input; raise `DatabaseNotMade` when it fails."""
        found = subprocess.run(  # noqa: S603
            words,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )
        if found.returncode != 0:
            raise DatabaseNotMade(folder, (found.stderr or found.stdout).strip())


def account_for(data: Path, programs: Path) -> Account:
    """Return who may run PostgreSQL on a folder; for the superuser, an account that is let through to both folders."""
    if os.geteuid() != 0:
        return Account()
    owner = data.stat().st_uid if data.exists() else 0
    entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(_POWERLESS)
    for folder in (data, programs):
        _let_through(folder)
    _let_read(programs.parent)
    return Account(entry.pw_uid, entry.pw_gid)


def _let_through(folder: Path) -> None:
    """Let others pass through the folders above one, without seeing what else is in them."""
    for parent in folder.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _let_read(tree: Path) -> None:
    """Let others read and run installed programs, should they be installed for their owner alone."""
    if tree.stat().st_mode & stat.S_IROTH:
        return
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            # Who may not read it may not run it; where the owner may run it, others may as well.
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
