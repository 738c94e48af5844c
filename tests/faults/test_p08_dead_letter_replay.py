"""P8: dead letters that are replayed count once, however often that is done and whatever else is going on."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from streams.history.rules import versions
from streams.projection.shelf import Shelf
from tests.builders import configured
from tests.faults.houses import Site, running
from tests.faults.recount import recount, viewed
from tests.faults.seeded import BUGS, PoisonedShelf, harmless, poisoned, seed
from tests.faults.soundness import check_sound
from tests.faults.traffic import Facts, batches
from tests.stores import Wire

RESENT = 3


async def poison(site: Site, count: int, *, bug: str = "") -> list[Wire]:
    """Send events that a rule fails on, every third of them twice, mend the rule, and return them with the others."""
    home = site.house.engine.home
    seed(home, BUGS[bug])
    home.projector.shelf = PoisonedShelf.of(home.projector.shelf)
    failing = poisoned(count)
    for batch in batches([*harmless(count), *failing, *failing[::RESENT]], 500):
        assert (await site.send_batch(batch)).status_code == 202
    home.projector.shelf = Shelf(home.connection, next_no=home.projector.shelf.next_no)
    return [*harmless(count), *failing]


async def replay(site: Site, letters: int) -> Counter[str]:
    """Replay every dead letter and return what became of them."""
    answers = [await site.client.post(f"/api/dead-letters/{number}/replay") for number in range(1, letters + 1)]
    return Counter(answer.json().get("outcome", answer.json().get("code")) for answer in answers)


async def replay_thrice(folder: Path, count: int, live: int) -> None:
    """Replay all dead letters three times while other events arrive and some of theirs are sent again."""
    async with running(folder) as site:
        facts = await poison(site, count)
        twice = len(range(0, count, RESENT))
        traffic = Facts(seed=8, deals=live // 10).take(live)
        sending = asyncio.create_task(send(site, [*traffic, *poisoned(count)[:: RESENT + 1]]))
        first = await replay(site, count + twice)
        assert first["applied"] + first["duplicate"] == count + twice
        for _ in range(2):
            assert await replay(site, count + twice) == {"not_found": count + twice}
        await sending
        found = check_sound(site.house.questions.connection(), [*facts, *traffic])
        assert (found.applied, found.dead_letters) == (2 * count + live, 0)
        assert found.duplicate == twice + len(range(0, count, RESENT + 1))


async def send(site: Site, wires: list[Wire]) -> None:
    """Send events in small requests, letting others have their turn."""
    for batch in batches(wires, 25):
        assert (await site.send_batch(batch)).status_code == 202


async def test_replaying_dead_letters_thrice_is_replaying_them_once(tmp_path: Path) -> None:
    """120 dead letters replayed three times while 2,000 events arrive: the recount is equal."""
    await replay_thrice(tmp_path, 90, 2_000)


@pytest.mark.nightly
async def test_replaying_many_dead_letters_thrice_is_replaying_them_once(tmp_path: Path) -> None:
    """5,000 dead letters replayed three times while 50,000 events arrive."""
    await replay_thrice(tmp_path, 3_750, 50_000)


async def test_a_replay_that_ignores_what_is_known_is_caught(tmp_path: Path) -> None:
    """Control: with a view that adds duplicates, replaying what was sent again counts too much."""
    async with running(tmp_path) as site:
        facts = await poison(site, 9, bug="unguarded_view")
        await replay(site, 12)
        assert viewed(site.house.questions.connection()) != recount(facts)


async def test_a_rule_that_still_fails_leaves_the_letter_open(tmp_path: Path) -> None:
    """A letter that fails again stays open with one attempt more, and the accounting closes."""
    async with running(tmp_path) as site:
        await poison(site, 2)
        home = site.house.engine.home
        home.projector.shelf = PoisonedShelf.of(home.projector.shelf)
        for attempts in (2, 3):
            assert await replay(site, 3) == {"dead_letter": 3}
            letters = (await site.client.get("/api/dead-letters")).json()
            assert {letter["attempts"] for letter in letters} == {attempts}
        assert check_sound(site.house.questions.connection()).dead_letters == 3


class BrokenShelf(Shelf):
    """Fails on the company."""

    def root(self, subject: str) -> None:
        """Fail."""
        raise ZeroDivisionError(subject)


async def test_a_replayed_change_of_zone_is_followed(tmp_path: Path) -> None:
    """A company setting that failed at first changes the days once it is replayed, without a restart."""
    async with running(tmp_path) as site:
        home = site.house.engine.home
        shelf, home.projector.shelf = home.projector.shelf, BrokenShelf(home.connection)
        assert (await site.send(configured(zone="Asia/Shanghai"))).status_code == 202
        home.projector.shelf = shelf
        assert await replay(site, 1) == {"applied": 1}
        assert versions(home.connection)[-1].zone == "Asia/Shanghai"
        check_sound(site.house.questions.connection())
