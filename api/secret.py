"""The secret of an installation, under which ids of people, accounts and deals are made."""

import os
import secrets
from pathlib import Path

SECRET = "identity.key"  # noqa: S105 - the name of a file
SECRET_BYTES = 32


def installation_secret(home: Path) -> bytes:
    """Return the secret of a home, made at the first call and readable by its owner alone.

    It must be kept with the backups: without it a new export of the same CRM would get new ids.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / SECRET
    if not path.exists():
        part = home / f"{SECRET}.{os.getpid()}"
        file = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(file, "wb") as opened:
            opened.write(secrets.token_bytes(SECRET_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        part.rename(path)
    return path.read_bytes()
