"""What earlier releases took and said: their events, the numbers that followed, and a store as they wrote it."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec

from services.metrics.registry import registry
from streams.embedded.home import STORE
from streams.store.migrations.moving import move_file
from streams.store.migrations.versions import schema_0001
from streams.store.sqlite import connect
from tests.stores import NOW, Store, Wire, text_of

HERE = Path(__file__).parent
Numbers: TypeAlias = dict[str, dict[str, dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Release:
    """A release by the name of its files."""

    name: str

    @property
    def events(self) -> list[Wire]:
        """Return the events, in the order in which they were sent."""
        lines = (HERE / f"{self.name}.jsonl").read_bytes().splitlines()
        return [msgspec.json.decode(line) for line in lines]

    @property
    def numbers(self) -> Numbers:
        """Return what every metric said."""
        return msgspec.json.decode((HERE / f"{self.name}.json").read_bytes(), type=Numbers)

    def numbers_of(self, store: Store) -> Numbers:
        """Return what a store says now to the same questions; metrics that came later are not asked."""
        return {metric: asked(store, metric, periods) for metric, periods in self.numbers.items()}

    def write_store(self, folder: Path) -> None:
        """Write a store of schema 1 with these events, as the first release wrote it."""
        scratch = Store(folder / "scratch", now=NOW)
        scratch.send(*self.events)
        move_file(folder / STORE, 1)
        with closing(connect(folder / STORE)) as old, old.turn():
            for name, table in schema_0001.metadata.tables.items():
                columns = ", ".join(f'"{column.name}"' for column in table.columns)
                marks = ", ".join("?" for _ in table.columns)
                rows = scratch.home.connection.execute(f"SELECT {columns} FROM {name}")
                old.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", rows)
            old.execute("DROP TABLE alembic_version")
        scratch.home.close()


def asked(store: Store, metric: str, periods: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return what a metric says in total and of everybody, for each period."""
    assert metric in registry()
    found: dict[str, dict[str, object]] = {}
    for period in periods:
        board = store.asked(metric, period)
        rows = {place.id: text_of(place.value) for place in board.places}
        known = {name: value for name, value in rows.items() if value is not None}
        found[period] = {"rows": known, "total": text_of(board.total)}
    return found


RELEASE_1 = Release("release_1")
