"""Builders of believable exports and of a door that remembers what it was given."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from api.imports.importing import ImportOptions, Preview, Report, prepare, run
from services.days import from_time
from services.errors import Rejected
from services.events.decode import read

NOW = datetime(2024, 6, 3, 9, 0, tzinfo=UTC)


class Terms(TypedDict, total=False):
    """What a test says differently from the usual options."""

    columns: Mapping[str, str]
    kinds: Mapping[str, str]
    won: frozenset[str]
    lost: frozenset[str]
    zone: str | None
    company_zone: str
    company_currency: str
    strict: bool
    missing_delete: bool
    mapping_file: Path | None
    export: str
    now: datetime


def table(header: str, *rows: str, delimiter: str = ",") -> str:
    """Return delimited text of a header and rows, each written with `|` between the cells."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    for line in (header, *rows):
        writer.writerow(line.split("|"))
    return out.getvalue()


def options(*paths: Path, **changes: Unpack[Terms]) -> ImportOptions:
    """Return the options of an import at a fixed moment."""
    plain = ImportOptions(
        paths=paths, company_zone="UTC", company_currency="USD", secret=b"a secret of the tests", now=NOW
    )
    return replace(plain, **changes)


@dataclass(slots=True)
class Door:
    """A door that decodes what it is given with the product's decoder and keeps it by id."""

    now: datetime = NOW
    events: list[dict[str, object]] = field(default_factory=list)
    chunks: list[int] = field(default_factory=list)
    by_id: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def submit(self, chunk: Sequence[Mapping[str, object]]) -> list[str]:
        """Return the outcome of every event of a chunk."""
        self.chunks.append(len(chunk))
        return [self._take(dict(event)) for event in chunk]

    def _take(self, event: dict[str, object]) -> str:
        try:
            read(event, now_us=from_time(self.now))
        except Rejected as refusal:
            return f"rejected:{refusal.code}:{refusal.pointer}:{refusal.detail}"
        known = self.by_id.setdefault(str(event["id"]), event)
        if known is not event:
            same = all(known[name] == event[name] for name in ("type", "subject", "time", "data"))
            return "duplicate" if same else "rejected:id_conflict:/id:other content under a known id"
        self.events.append(event)
        return "applied"

    def told(self, kind: str) -> list[dict[str, object]]:
        """Return the content of the events of one type, in order."""
        return [content for event in self.of(kind) if isinstance(content := event["data"], dict)]

    def of(self, kind: str) -> list[dict[str, object]]:
        """Return the events of one type, in order."""
        return [event for event in self.events if event["type"] == kind]


def take(folder: Path, door: Door, **changes: Unpack[Terms]) -> tuple[Preview, Report]:
    """Import a file or a folder of the test's own folder through a door; everything must be decodable."""
    home = folder.parent / "home"
    terms = options(folder, **changes)
    door.now = terms.now
    preview = prepare(terms, home)
    report = run(preview, door.submit, lambda done, total: None)
    assert report.turned == []
    return preview, report


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path
