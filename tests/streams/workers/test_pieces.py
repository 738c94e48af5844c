"""Pieces: what a consumer gives becomes pieces without holes, and transactions of bounded size."""

import itertools

from streams.kafka.frames import pack
from streams.workers.pieces import EVENTS_MAX, Piece, Raw, pieces_of, transactions
from tests.builders import accepted, deal
from tests.stores import NOW, us

NOW_US = us(NOW)
HERE, THERE = ("deals", 0), ("deals", 1)


def raws(place: tuple[str, int], *offsets: int) -> list[Raw]:
    """Return records that hold nothing readable."""
    return [Raw(place, offset, b"{", ()) for offset in offsets]


def frame(place: tuple[str, int], offset: int, events: int) -> Raw:
    """Return a frame of so many events."""
    (record,) = pack([accepted(deal(f"{offset}-{number}", "2017-01-01")) for number in range(events)])
    return Raw(place, offset, record.value, record.headers)


def told(pieces: list[Piece]) -> list[tuple[tuple[str, int], int, int]]:
    """Return where pieces begin and end."""
    return [(piece.place, piece.begin, piece.end) for piece in pieces]


def test_a_jump_begins_a_new_piece() -> None:
    """Records that follow on each other are one piece for each partition; a jump forward or back begins another."""
    mixed = [*raws(HERE, 5, 6), *raws(THERE, 0), *raws(HERE, 7, 9), *raws(THERE, 1), *raws(HERE, 8)]
    assert told(pieces_of(mixed)) == [(HERE, 5, 8), (THERE, 0, 2), (HERE, 9, 10), (HERE, 8, 9)]


def test_transactions_are_bounded_and_whole() -> None:
    """No transaction has more than its limit of events, none splits a record, and together they cover every piece."""
    records = [frame(HERE, offset, 300) for offset in range(20)]
    found = list(transactions(pieces_of(records), now_us=NOW_US))
    sizes = [sum(len(record.items) for span in spans for record in span.records) for spans in found]
    assert sum(sizes) == 6_000
    assert max(sizes) <= EVENTS_MAX
    spans = [span for several in found for span in several]
    assert (spans[0].begin, spans[-1].end) == (0, 20)
    assert all(before.end == after.begin for before, after in itertools.pairwise(spans))


def test_a_piece_without_records_is_passed_on() -> None:
    """Offsets that hold nothing still move the reader on."""
    (spans,) = transactions([Piece(place=HERE, begin=3, end=9, records=())], now_us=NOW_US)
    assert [(span.begin, span.end, list(span.records)) for span in spans] == [(3, 9, [])]
