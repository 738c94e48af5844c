"""Topics: where in the log a root's events lie."""

import struct
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

PREFIX = "paceline"
PARTITIONS = 12
FAMILIES = ("org", "accounts", "deals", "activities", "tickets", "feedback", "knowledge")
DEAD_LETTERS, CHANGES = "dead-letters", "changes"
MIRRORS = (DEAD_LETTERS, CHANGES)

_KINDS: Mapping[str, tuple[str, ...]] = {
    "org": ("company", "pipeline", "team", "rep", "quota", "rate", "adjustment"),
    "accounts": ("account", "product", "lead"),
    "deals": ("deal", "invoice"),
    "activities": ("activity",),
    "tickets": ("ticket",),
    "feedback": ("feedback",),
    "knowledge": ("document", "question"),
}
FAMILY_OF: Mapping[str, str] = MappingProxyType({kind: family for family, kinds in _KINDS.items() for kind in kinds})
# What has no root that anybody knows yet: types of a newer version, and deliveries that could not be read.
_ELSEWHERE = "org"


def topic_of(subject: str, prefix: str = PREFIX) -> str:
    """Return the topic of a root; roots of an unknown kind have one as well, in which they wait."""
    return f"{prefix}.{FAMILY_OF.get(subject.partition('/')[0], _ELSEWHERE)}"


def families(prefix: str = PREFIX) -> tuple[str, ...]:
    """Return the topics that events lie in."""
    return tuple(f"{prefix}.{family}" for family in FAMILIES)


def mirrors(prefix: str = PREFIX) -> tuple[str, ...]:
    """Return the topics that only others read."""
    return tuple(f"{prefix}.{name}" for name in MIRRORS)


@lru_cache(maxsize=65_536)
def partition_of(subject: str, partitions: int) -> int:
    """Return the partition of a root, as Kafka's default partitioner chooses it for a record with that key."""
    return (murmur2(subject.encode()) & 0x7FFFFFFF) % partitions


def murmur2(key: bytes) -> int:
    """Return the 32-bit MurmurHash2 of a key, unsigned, with the seed that Kafka uses."""
    length = len(key)
    found = 0x9747B28C ^ length
    for word in struct.unpack_from(f"<{length // 4}I", key):
        mixed = (word * 0x5BD1E995) & 0xFFFFFFFF
        mixed = ((mixed ^ (mixed >> 24)) * 0x5BD1E995) & 0xFFFFFFFF
        found = ((found * 0x5BD1E995) & 0xFFFFFFFF) ^ mixed
    if length % 4:
        found = ((found ^ int.from_bytes(key[length & ~3 :], "little")) * 0x5BD1E995) & 0xFFFFFFFF
    found = ((found ^ (found >> 13)) * 0x5BD1E995) & 0xFFFFFFFF
    return found ^ (found >> 15)
