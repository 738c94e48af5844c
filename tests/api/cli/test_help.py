"""Every command explains itself with examples that are commands."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup

from api.cli.commands import COMMANDS
from api.cli.commands import command as read_command
from tests.api.cli.commands import Command, command
from tests.api.servers import environment
from tests.builders import configured
from tests.program import everything, leaves

__all__ = ["command"]
ALL = list(everything())
LEAVES = leaves()
ROOT = Path(__file__).parents[3]


def test_the_commands_of_the_readme_are_there() -> None:
    """No command is missing, and none is there that nobody knows."""
    assert {" ".join(path) for path, _ in LEAVES} == {
        "serve", "demo", "import", "board", "why", "deal", "verify", "replay", "doctor", "backup", "restore",
        "evaluate", "search", "similar", "mcp", "index build", "index status", "index rebuild",
        "knowledge import", "knowledge list", "knowledge show", "knowledge verify", "knowledge archive",
        "knowledge restore",
        "dead-letters list", "dead-letters show", "dead-letters replay", "dead-letters discard",
        "topics create", "topics list",
        "cluster up", "cluster status", "cluster down", "migrate", "work",
        "schema current", "schema upgrade", "schema downgrade",
        "models fetch", "models list", "models use", "models check", "models bridge", "models export", "models tune",
    }  # fmt: skip


@pytest.mark.parametrize("path", [path for path, _ in ALL], ids=" ".join)
def test_every_command_has_help(command: Command, path: tuple[str, ...]) -> None:
    """`--help` and `-h` explain a command on stdout, and it ends well."""
    long, short = command(*path, "--help"), command(*path, "-h")
    assert (long.code, long.err) == (0, "")
    assert long.out == short.out
    assert "Usage: " in long.out


@pytest.mark.parametrize(("path", "one"), LEAVES, ids=[" ".join(path) for path, _ in LEAVES])
def test_every_command_has_an_example_that_is_one(path: tuple[str, ...], one: TyperCommand) -> None:
    """Each example of a command begins with it, and every option that it shows exists."""
    assert one.help is not None
    marked = [line.strip() for line in one.help.splitlines() if line.startswith("  ")]
    examples = [line.partition("   ")[0] for line in marked]
    assert examples
    options = {name for parameter in one.params for name in (*parameter.opts, *parameter.secondary_opts)}
    for example in examples:
        words = [word for word in shlex.split(example) if not word.startswith("PACELINE_")]
        assert tuple(words[: len(path) + 1]) == ("paceline", *path)
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options, example


@pytest.mark.parametrize(("path", "one"), LEAVES, ids=[" ".join(path) for path, _ in LEAVES])
def test_every_parameter_is_explained(path: tuple[str, ...], one: TyperCommand) -> None:
    """Every argument and option says what it is for."""
    silent = [one.name for one in one.params if not getattr(one, "help", None) and one.name != "help"]
    assert silent == [] or silent == ["metric"]


def test_the_version(command: Command) -> None:
    """`--version` says which Paceline this is."""
    assert command("--version").out == "paceline 0.1.0\n"


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, (_, line) in COMMANDS.items()])
def test_the_list_says_of_a_command_what_it_says_itself(name: str, line: str) -> None:
    """The line in the list of all commands is how the help of the command begins."""
    found = read_command(name)
    assert isinstance(found, TyperCommand | TyperGroup)
    assert str(found.help).partition("\n\n")[0] == line


def loaded(words: str, folder: Path) -> set[str]:
    """Return the packages that a command has loaded by its end."""
    script = (
        "import sys, contextlib, api.cli.main\n"
        f"sys.argv[1:] = {words.split()!r}\n"
        "with contextlib.suppress(SystemExit): api.cli.main.main()\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, cwd=ROOT, env=environment(folder), capture_output=True, text=True, check=True)
    return set(found.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("words", ["--help", "board", "import none", "mcp -h", "work", "cluster status"])
def test_nothing_is_loaded_that_a_command_does_not_use(tmp_path: Path, words: str) -> None:
    """Commands that serve no pages start without what serves them."""
    assert not loaded(words, tmp_path) & {"fastapi", "starlette", "jinja2", "uvicorn"}


def test_what_reads_starts_without_what_writes(command: Command) -> None:
    """Questions to a store need nothing of what puts statements together."""
    command.store(configured(currency="USD", zone="UTC"))
    found = loaded("board won_amount --json", command.home)
    assert "msgspec" in found and not found & {"sqlalchemy", "alembic"}
