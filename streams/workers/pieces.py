"""Pieces: records as the log gave them, and the spans of events that one transaction takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from streams.kafka.frames import TRACE, Header, unpack
from streams.store.offsets import Place
from streams.workers.offsets import Record, Span

# More cost no less per event, and are more often folded again because another worker has changed something of them.
EVENTS_MAX = 500


@dataclass(frozen=True, slots=True)
class Raw:
    """One record of a partition, not read yet."""

    place: Place
    offset: int
    value: bytes | None
    headers: Sequence[Header]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """All records that a partition holds from one offset up to another, which is not part of it."""

    place: Place
    begin: int
    end: int
    records: Sequence[Raw]


def pieces_of(records: Iterable[Raw]) -> list[Piece]:
    """Return records as pieces without a hole; where offsets jump, a new piece begins."""
    runs: list[list[Raw]] = []
    last: dict[Place, list[Raw]] = {}
    for record in records:
        run = last.get(record.place)
        if run is None or record.offset != run[-1].offset + 1:
            run = last[record.place] = []
            runs.append(run)
        run.append(record)
    return [Piece(place=run[0].place, begin=run[0].offset, end=run[-1].offset + 1, records=run) for run in runs]


def transactions(pieces: Iterable[Piece], *, now_us: int) -> Iterator[list[Span]]:
    """Yield what each transaction takes: up to `EVENTS_MAX` events, or one record that has more."""
    spans: list[Span] = []
    count = 0
    for piece in pieces:
        begin, held = piece.begin, list[Record]()
        for raw in piece.records:
            record = _read(raw, now_us)
            if count and count + len(record.items) > EVENTS_MAX:
                if held:
                    spans.append(Span(place=piece.place, begin=begin, end=held[-1].offset + 1, records=held))
                    begin, held = held[-1].offset + 1, []
                yield spans
                spans, count = [], 0
            held.append(record)
            count += len(record.items)
        spans.append(Span(place=piece.place, begin=begin, end=piece.end, records=held))
    if spans:
        yield spans


def _read(raw: Raw, now_us: int) -> Record:
    topic, part = raw.place
    place = f"{topic}/{part}/{raw.offset}"
    traces = [value.decode("ascii", "replace") for name, value in raw.headers if name == TRACE]
    return Record(raw.offset, unpack(raw.value, raw.headers, place=place, now_us=now_us), traces)
