"""What all processes of one test run share: a folder, made by the first of them and removed by it in the end."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

_VARIABLE = "TESTS_SHARED_FOLDER"


def make_shared_folder() -> None:
    """Make the folder; the processes that pytest-xdist starts from here find it in their environment."""
    os.environ[_VARIABLE] = mkdtemp(prefix="paceline-tests-")


def shared_folder() -> Path:
    """Return the folder of this run."""
    return Path(os.environ[_VARIABLE])


def remove_shared_folder() -> None:
    """Remove the folder."""
    shutil.rmtree(os.environ.pop(_VARIABLE), ignore_errors=True)


@contextmanager
def one_at_a_time(name: str) -> Iterator[Path]:
    """Hold what is shared under a name, and give its folder."""
    folder = shared_folder() / name
    folder.mkdir(exist_ok=True)
    with (folder / "tests.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield folder
