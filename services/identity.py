"""Ids of people, accounts and deals: keyed hashes that say nothing about whom they stand for."""

import base64
import hashlib
import hmac
import unicodedata

ID_LENGTH = 16


def identify(secret: bytes, kind: str, source: str, key: str) -> str:
    """Return the id of a thing that a source calls `key`: 16 letters and digits, 80 bits of a keyed hash.

    The same secret, kind, source and key give the same id for ever; without the secret it says nothing.
    """
    message = "\x00".join((kind, source, key)).encode()
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def normalised(name: str) -> str:
    """Return a name as it is compared: NFKC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
