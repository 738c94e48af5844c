"""Offsets: what was read is skipped, what is missing is noticed."""

import pytest

from streams.workers.offsets import Hole, Record, Span, advance

HERE, THERE = ("deals", 0), ("deals", 1)


def span(place: tuple[str, int], begin: int, end: int, *offsets: int) -> Span:
    """Return a span with records at these offsets, or at all of them."""
    records = [Record(offset, ()) for offset in (offsets or range(begin, end))]
    return Span(place=place, begin=begin, end=end, records=records)


def taken(*spans: Span, **stored: int) -> tuple[dict[tuple[str, int], int], list[int]]:
    """Return how the offsets move, and the offsets of the records that are new."""
    moved, fresh = advance(spans, {HERE: stored.get("here", 0), THERE: stored.get("there", 0)})
    return moved, [record.offset for record in fresh]


def test_what_follows_is_taken() -> None:
    """Spans that follow on what is stored, and on each other, are new as a whole."""
    assert taken(span(HERE, 3, 5), span(THERE, 0, 1), span(HERE, 5, 6), here=3) == ({HERE: 6, THERE: 1}, [3, 4, 0, 5])


def test_what_was_read_is_skipped() -> None:
    """Records below the stored offset are not new; a span that is wholly below changes nothing."""
    assert taken(span(HERE, 0, 5), here=3) == ({HERE: 5}, [3, 4])
    assert taken(span(HERE, 0, 5), here=7) == ({}, [])


def test_what_comes_twice_is_taken_once() -> None:
    """Of two spans in one batch that overlap, the records of both are taken once."""
    assert taken(span(HERE, 0, 3), span(HERE, 1, 4)) == ({HERE: 4}, [0, 1, 2, 3])


def test_a_hole_is_noticed() -> None:
    """A span behind a hole is refused, and the hole says what is missing."""
    with pytest.raises(Hole) as found:
        taken(span(HERE, 4, 6), here=2)
    assert (found.value.place, found.value.begin, found.value.end) == (HERE, 2, 4)
    with pytest.raises(Hole):
        taken(span(HERE, 0, 2), span(HERE, 3, 4))


def test_marks_between_records_are_passed() -> None:
    """Offsets that hold no record, as transactions leave them, are passed where the span says that it knows them."""
    assert taken(span(HERE, 2, 6, 3), here=2) == ({HERE: 6}, [3])
