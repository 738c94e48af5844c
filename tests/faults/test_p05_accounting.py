"""P5: received = applied + duplicate + rejected + dead letters, exactly, and the measurements say so.

That the accounting closes after kills, power cuts, full disks and storms is part of `check_sound`.
"""

from pathlib import Path

import pytest

from tests.faults.houses import Site, running
from tests.faults.seeded import BUGS, PoisonedShelf, harmless, poisoned, seed
from tests.faults.soundness import check_sound
from tests.faults.traffic import Facts, displaced
from tests.stores import Wire


async def everything(site: Site, facts: list[Wire]) -> int:
    """Send events in every way that there is, and return how many deliveries that were."""
    count = len(facts)
    poison = [*harmless(count // 100 + 1), *poisoned(count // 100 + 1)]
    broken = displaced(facts, seed=5, twice=count // 10, broken=count // 10)
    conflicts: list[Wire] = [dict(fact) | {"subject": "deal/another"} for fact in facts[: count // 10]]
    waiting: list[Wire] = [{**facts[0], "id": f"later-{number}", "type": "deal.dreamt"} for number in range(5)]
    sent = [*broken, *poison, *conflicts, *waiting, *waiting]
    for place in range(0, len(sent), 500):
        assert (await site.send_batch(sent[place : place + 500])).status_code in (202, 207, 422)
    for _ in range(3):
        await site.send(facts[0], key="k")
    for query in ("", "?atomic=true"):
        await site.send_batch([facts[0], {"nonsense": True}], query)
    await site.send_batch([facts[0], conflicts[0]], "?atomic=true")
    await site.client.post("/api/events", content=b"{", headers={"Content-Type": "application/json"})
    # One keyed request counts as received, its two repetitions as repeated.
    return len(sent) + 2 + 2 + 2 + 1 + 1


async def account(folder: Path, events: int, bug: str = "") -> dict[str, float]:
    """Return the measurements after everything was sent; where there is no bug, the counts are checked."""
    async with running(folder) as site:
        seed(site.house.engine.home, BUGS[bug])
        site.house.engine.home.projector.shelf = PoisonedShelf.of(site.house.engine.home.projector.shelf)
        sent = await everything(site, Facts(seed=5, deals=events // 10).take(events))
        measured = await site.measured()
        answer = (await site.client.get("/api/accounting")).json()
        assert answer["gap"] == measured["accounting_gap"]
        if not bug:
            assert answer["received"] == measured["events_received_total"] == sent
            assert (answer["repeated"], answer["gap"]) == (2, 0)
            check_sound(site.house.questions.connection())
        return measured


async def test_every_delivery_is_accounted_for(tmp_path: Path) -> None:
    """Good, repeated, broken, conflicting, poisonous and not yet understood events, alone and in batches: gap 0."""
    found = await account(tmp_path, 2_000)
    kinds = ("accepted", "duplicate", "rejected", "dead_lettered")
    assert all(found[f"events_{kind}_total"] for kind in kinds)
    assert sum(found[f"events_{kind}_total"] for kind in kinds) == found["events_received_total"]


@pytest.mark.nightly
async def test_every_delivery_of_many_is_accounted_for(tmp_path: Path) -> None:
    """The same with 100,000 events."""
    assert (await account(tmp_path, 100_000))["accounting_gap"] == 0


async def test_an_event_that_vanishes_is_caught(tmp_path: Path) -> None:
    """Control: when failures are swallowed the gap is not 0, in the measurements too."""
    assert (await account(tmp_path, 200, "swallowed"))["accounting_gap"] > 0
