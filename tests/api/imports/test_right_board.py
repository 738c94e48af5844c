"""A stranger's export gives the board that its rows add up to, however often it is imported."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from api.imports.importing import prepare, run
from services.events.decode import read
from services.events.envelope import Event
from services.identity import identify
from services.view import HappenedBy
from streams.projection.submission import Outcome
from tests.api.imports.exports import options, table, write
from tests.stores import Store, us

NOW = "2024-06-03T09:00:00Z"
AGENTS = ("Kim Lee", "Ana Diaz", "王芳", "Max Held", "Ivy Moss")


@dataclass(frozen=True, slots=True)
class Line:
    """One deal as the export has it."""

    key: str
    agent: str
    stage: str
    engaged: date
    closed: date | None
    value: str

    def __str__(self) -> str:
        parts = (self.key, self.agent, self.stage, self.engaged, self.closed or "", self.value)
        return "|".join(str(part) for part in parts)


def lines(count: int, seed: int) -> list[Line]:
    """Return deals of 2023 and 2024, about half of them won."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        stage = chance.choice(("Won", "Won", "Lost", "Engaging"))
        engaged = date(2023, 1, 1) + timedelta(days=chance.randrange(300))
        closed = engaged + timedelta(days=chance.randrange(1, 120)) if stage in ("Won", "Lost") else None
        value = {"Won": f"{chance.randrange(30, 9000)}.{chance.randrange(100):02d}", "Lost": "0"}.get(stage, "")
        found.append(Line(f"K{number}", chance.choice(AGENTS), stage, engaged, closed, value))
    return found


def bring_in(folder: Path, store: Store, deals: Sequence[Line]) -> list[Outcome]:
    """Write an export and import it into a store through the store's own door."""
    header = "opportunity_id|sales_agent|deal_stage|engage_date|close_date|close_value"
    write(folder / "crm" / "sales_pipeline.csv", table(header, *(str(line) for line in deals)))
    people = table("sales_agent|manager", *(f"{agent}|Boss {place % 2}" for place, agent in enumerate(AGENTS)))
    write(folder / "crm" / "sales_teams.csv", people)
    outcomes: list[Outcome] = []

    def submit(chunk: Sequence[Mapping[str, object]]) -> list[str]:
        found = store.send([dict(event) for event in chunk])
        outcomes.extend(found)
        return [one.kind for one in found]

    report = run(prepare(options(folder / "crm"), folder / "memory"), submit, lambda done, total: None)
    assert report.refused == ()
    return outcomes


def won_by_agent(deals: Sequence[Line], last: date) -> dict[str, str]:
    """Return the sums of a plain reading of the rows, by id of the agent, up to a day of 2023."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in deals:
        if line.stage == "Won" and line.closed and line.closed <= last and line.closed.year == 2023:
            sums[line.agent] += Decimal(line.value)
    return {
        identify(b"a secret of the tests", "rep", "crm", agent.casefold()): f"{sums[agent]:.2f} USD" for agent in sums
    }


def test_the_board_is_what_the_rows_add_up_to(tmp_path: Path) -> None:
    """Won amounts by agent are the plain sums; so are the numbers as they stood half a year before."""
    store, deals = Store(tmp_path / "home", now=NOW), lines(400, 7)
    bring_in(tmp_path, store, deals)
    assert store.board("won_amount", "2023") == won_by_agent(deals, date(2023, 12, 31))
    past = store.board("won_amount", "2023", HappenedBy(us("2023-06-30T23:59:59Z")))
    assert {key: value for key, value in past.items() if value} == won_by_agent(deals, date(2023, 6, 30))
    assert store.total("deals_created", "2023") == str(sum(line.engaged.year == 2023 for line in deals))


def test_twice_is_once(tmp_path: Path) -> None:
    """The second import sends nothing, also when its memory is gone: then all are duplicates."""
    store, deals = Store(tmp_path / "home", now=NOW), lines(60, 8)
    bring_in(tmp_path, store, deals)
    before = store.dump()
    assert bring_in(tmp_path, store, deals) == []
    (tmp_path / "memory" / "imports" / "crm.sqlite").unlink()
    again = bring_in(tmp_path, store, deals)
    assert {one.kind for one in again} == {"duplicate"}
    assert store.dump() == before


def test_a_newer_snapshot_moves_the_board(tmp_path: Path) -> None:
    """Deals that were won, corrected or lost since then count as the newer rows say."""
    store, deals = Store(tmp_path / "home", now=NOW), lines(60, 9)
    bring_in(tmp_path, store, deals)
    newer = [
        Line(line.key, line.agent, "Won", line.engaged, date(2023, 12, 1), "100.25")
        if line.stage == "Engaging"
        else line
        for line in deals
    ]
    bring_in(tmp_path, store, newer)
    assert store.board("won_amount", "2023") == won_by_agent(newer, date(2023, 12, 31))


def test_every_event_is_one_that_the_product_knows(tmp_path: Path) -> None:
    """What is sent are events, never dead letters that wait for a newer version."""
    header = "id|deal name|account|owner|product|stage|amount|created|close date|lost reason"
    rows = (
        "1|Roof|Hansen|Kim|RX; RY|Won|5|2024-01-01|2024-02-01|",
        "2|Door|Bolt|Ana|RX|Lost|5|2024-01-01|2024-02-01|price",
        "3|Wall|Bolt|Ana|RX|Offer|5|2024-01-01||",
    )
    write(tmp_path / "crm" / "deals.csv", table(header, *rows))
    found: list[object] = []

    def submit(chunk: Sequence[Mapping[str, object]]) -> list[str]:
        found.extend(read(dict(event), now_us=us(NOW)) for event in chunk)
        return ["applied"] * len(chunk)

    run(prepare(options(tmp_path / "crm"), tmp_path / "memory"), submit, lambda done, total: None)
    assert len(found) == 12
    assert all(isinstance(event, Event) for event in found)
