"""Ids of people, accounts and deals: keyed hashes that say nothing about whom they stand for."""

import hmac
import unicodedata

ID_LENGTH = 16
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
# Base 32, two letters a time: the standard library goes letter by letter and in Python too.
_PAIRS = tuple(one + other for one in _LETTERS for other in _LETTERS)
_SHIFTS = range(70, -1, -10)


def identify(secret: bytes, kind: str, source: str, key: str) -> str:
    """Return the id of a thing that a source calls `key`: 16 letters and digits, 80 bits of a keyed hash.

    The same secret, kind, source and key give the same id for ever; without the secret it says nothing.
    """
    message = "\x00".join((kind, source, key)).encode()
    number = int.from_bytes(hmac.digest(secret, message, "sha256")[:10])
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def normalised(name: str) -> str:
    """Return a name as it is compared: NFKC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
