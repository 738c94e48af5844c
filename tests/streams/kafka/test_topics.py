"""Every root has its place in the log, and it is the place where Kafka itself would put it."""

import pytest
from aiokafka.partitioner import murmur2 as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

from services.events.catalogue import KINDS
from streams.kafka.topics import FAMILIES, FAMILY_OF, families, murmur2, partition_of, topic_of


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_the_hash_is_that_of_kafka(key: bytes, expected: int) -> None:
    """Known values of Kafka's own murmur2 come out."""
    assert murmur2(key) == expected & 0xFFFFFFFF


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.binary(max_size=70))
def test_the_hash_is_that_of_the_client(key: bytes) -> None:
    """The client's hash agrees for every key."""
    assert murmur2(key) == theirs(key) & 0xFFFFFFFF


def test_every_kind_of_root_has_a_family() -> None:
    """No type of event is without a topic; unknown kinds have one too."""
    assert set(KINDS.values()) <= set(FAMILY_OF)
    assert set(FAMILY_OF.values()) == set(FAMILIES)
    assert topic_of("deal/1") == "paceline.deals"
    assert topic_of("spaceship/1", "t1") == "t1.org"
    assert topic_of("invoice/1", "t1") in families("t1")


def test_partitions_are_used_evenly() -> None:
    """Thousands of roots are spread over all partitions."""
    used = [partition_of(f"deal/{number}", 12) for number in range(12_000)]
    assert set(used) == set(range(12))
    assert max(used.count(one) for one in range(12)) < 1_300
