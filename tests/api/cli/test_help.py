"""Every command explains itself with examples that are commands."""

import shlex
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from api.cli.main import app
from tests.api.cli.commands import Command, command

__all__ = ["command"]
PROGRAM = typer.main.get_command(app)


def commands(found: object = PROGRAM, *path: str) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield every command of the program with the words that lead to it."""
    yield path, found
    if isinstance(found, TyperGroup):
        for name, one in found.commands.items():
            yield from commands(one, *path, name)


ALL = list(commands())
LEAVES = [(path, one) for path, one in ALL if isinstance(one, TyperCommand)]


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
