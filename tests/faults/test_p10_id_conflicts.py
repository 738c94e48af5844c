"""P10: of two events with one id and different content the first is kept and the second is a dead letter."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from streams.ledger.deadletters import PAGE_MAX, listed
from tests.faults.houses import Site, running
from tests.faults.seeded import BUGS, seed
from tests.faults.soundness import check_sound
from tests.faults.traffic import Facts, batches
from tests.stores import Wire

KEPT = "SELECT id, type, root_no, time_us, data, fingerprint FROM events ORDER BY position"


def changed(facts: Iterable[Wire]) -> list[Wire]:
    """Return events with the ids of others and another subject, moment, type or content."""
    ways: tuple[Wire, ...] = (
        {"subject": "deal/another"},
        {"time": "2016-01-01T00:00:01Z"},
        {"type": "deal.noted", "data": {"text": "another"}},
        {"type": "deal.updated", "data": {"amount": "1.23"}},
    )
    return [dict(fact) | ways[number % len(ways)] for number, fact in enumerate(facts)]


async def conflict(site: Site, cases: int) -> Counter[int]:
    """Send facts, then others under their ids; return how often each answer was given to the others."""
    facts = Facts(seed=10, deals=cases // 10).take(cases)
    connection = site.house.questions.connection()
    for batch in batches(facts, 1_000):
        assert (await site.send_batch(batch)).status_code == 202
    before = connection.execute(KEPT).fetchall()
    answers: Counter[int] = Counter()
    for batch in batches(changed(facts), 1_000):
        items = (await site.send_batch(batch)).json()["items"]
        answers.update(item["status"] for item in items)
    assert connection.execute(KEPT).fetchall() == before
    check_sound(connection, facts)
    return answers


async def check(folder: Path, cases: int) -> None:
    """Every case is answered with 409, counted, and kept as a dead letter beside the first."""
    async with running(folder) as site:
        assert await conflict(site, cases) == {409: cases}
        letters = listed(site.house.questions.connection(), limit=PAGE_MAX)
        assert {(letter.kind, letter.reason) for letter in letters} == {("id_conflict", "id_conflict")}
        found = await site.measured()
        assert found["events_dead_lettered_total"] == cases
        assert found['events_dead_lettered_by_reason_total{reason="id_conflict"}'] == cases
        assert found["accounting_gap"] == 0


async def test_the_first_of_two_with_one_id_is_kept(tmp_path: Path) -> None:
    """1,000 cases: the first is never overwritten, the second waits as `id_conflict`, and the counter says 1,000."""
    await check(tmp_path, 1_000)


@pytest.mark.nightly
async def test_the_first_of_two_with_one_id_is_kept_many_times(tmp_path: Path) -> None:
    """50,000 cases."""
    await check(tmp_path, 50_000)


async def test_trusting_ids_alone_is_caught(tmp_path: Path) -> None:
    """Control: a projector that takes every known id for a duplicate drops the others, and the harness sees it."""
    async with running(tmp_path) as site:
        seed(site.house.engine.home, BUGS["ids_alone"])
        assert await conflict(site, 100) == {200: 100}
