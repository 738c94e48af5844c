"""Sets up the environment of this checkout, once: `python3 bootstrap.py run|dev`. Needs nothing but Python."""

import hashlib
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCKS = {"run": "requirements/run.txt", "dev": "requirements/dev.txt"}
HELP = """Usage: python3 bootstrap.py run|dev

  run   install what Paceline needs to run
  dev   install what its tests and checks need as well

Everything goes into .venv of this folder, from hashed lock files. Nothing happens when it is already there.
PYTHON=/path/to/python3.12 make run   uses another Python."""


def stop(text):
    """Say what is wrong and what to do, and stop."""
    sys.stderr.write("\n" + text + "\n\n")
    sys.exit(1)


def say(text):
    """Say what happens."""
    sys.stderr.write("· " + text + "\n")
    sys.stderr.flush()


def check_python():
    """Stop when Python is too old, or has no venv."""
    if sys.version_info < (3, 11):
        stop(
            "Paceline needs Python 3.11 or newer; this is {0}.{1}.\n"
            "Install one (Debian, Ubuntu: apt install python3.11 python3.11-venv; macOS: brew install python@3.12),\n"
            "then run:  PYTHON=python3.11 make run".format(*sys.version_info[:2])
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "This Python has no venv module.\n"
            "Debian, Ubuntu: apt install python{0}.{1}-venv   Fedora: dnf install python3-pip\n"
            "Then run the command again.".format(*sys.version_info[:2])
        )


def stamp_of(kind):
    """Return what the environment must have been made from."""
    found = hashlib.sha256(sys.version.encode())
    for name in (LOCKS[kind], "pyproject.toml"):
        with open(os.path.join(HERE, name), "rb") as opened:
            found.update(opened.read())
    return found.hexdigest()


def is_ready(kind):
    """Return whether everything is installed already; what tests need contains what running needs."""
    for candidate in {"run": ("run", "dev"), "dev": ("dev",)}[kind]:
        path = os.path.join(VENV, "paceline-" + candidate)
        if os.path.exists(path):
            with open(path) as opened:
                if opened.read() == stamp_of(candidate):
                    return True
    return False


def run(words, trouble):
    """Run a command; stop with what to do when it fails."""
    if subprocess.call(words, cwd=HERE) != 0:
        stop(trouble)


def install(kind):
    """Make the environment and install the locked packages and Paceline itself."""
    if not os.path.exists(PYTHON):
        say("Making a virtual environment in .venv")
        run([sys.executable, "-m", "venv", VENV], "The virtual environment could not be made; see the lines above.")
    offline = (
        "The packages could not be installed; see the lines above.\n"
        "Paceline needs the network once, to fetch packages from the Python package index. Behind a proxy set\n"
        "HTTPS_PROXY; with a mirror set PIP_INDEX_URL. Then run the command again: it goes on where it stopped."
    )
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar", "on", "--quiet"]
    with open(os.path.join(HERE, LOCKS[kind])) as opened:
        count = sum(1 for line in opened if "==" in line)
    say("Installing {0} locked packages (a minute, the first time)".format(count))
    run(pip + ["--require-hashes", "-r", LOCKS[kind]], offline)
    say("Installing Paceline itself")
    run(pip + ["--no-deps", "--no-build-isolation", "-e", "."], offline)
    with open(os.path.join(VENV, "paceline-" + kind), "w") as opened:
        opened.write(stamp_of(kind))


def main():
    """Set up what was asked for."""
    kinds = [word for word in sys.argv[1:] if word in LOCKS]
    if len(sys.argv) != 2 or not kinds:
        sys.stderr.write(HELP + "\n")
        sys.exit(0 if "--help" in sys.argv or "-h" in sys.argv else 2)
    check_python()
    if not is_ready(kinds[0]):
        install(kinds[0])
        say("Ready.")


if __name__ == "__main__":
    main()
