"""The house: imports point down, files stay small, importing starts nothing, and no machine's path stands anywhere."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("services", "streams", "search", "api")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
FILE_LINES_MAX, FUNCTION_LINES_MAX = 300, 40


def test_import_contracts_hold() -> None:
    """api is above streams and search, which are strangers; services stands below and imports no I/O."""
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_say_what_they_are_and_stay_small(path: Path) -> None:
    """Every file begins with a docstring and has at most 300 lines; every function has at most 40."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert text.count("\n") <= FILE_LINES_MAX
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or node.lineno) - node.lineno + 1 <= FUNCTION_LINES_MAX, node.name


def test_importing_starts_nothing() -> None:
    """Importing every module opens no socket and no file for writing, and starts no thread."""
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in SOURCES]
    modules = [name.removesuffix(".__init__") for name in names]
    script = (
        "import sys, threading, importlib\n"
        "def hook(name, args):\n"
        "    if name == 'socket.__new__' or (name == 'open' and args[1] and set(str(args[1])) & set('wax+')):\n"
        "        raise SystemExit(f'{name} {args}')\n"
        "sys.dont_write_bytecode = True\n"
        "sys.addaudithook(hook)\n"
        f"[importlib.import_module(name) for name in {modules!r}]\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def test_locks_are_hashed_and_name_no_index() -> None:
    """Lock files have a hash for every package, and no address."""
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        packages = text.count("==")
        assert packages > 10
        assert text.count("--hash=sha256:") >= packages
        assert "://" not in text and "--find-links" not in text and "--index-url" not in text
