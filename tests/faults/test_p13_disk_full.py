"""P13: on a full disk nothing is acknowledged that was not stored, and there is no need to start anew."""

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.cli.home import submitting
from api.engines.embedded import Embedded
from api.settings import Settings
from streams.embedded.home import Home
from streams.history.rules import versions
from streams.store.connection import StoreFailed
from tests.api.houses import Clock
from tests.builders import configured
from tests.faults.disk import Disk, mounted
from tests.faults.houses import Site, later, running
from tests.faults.seeded import BUGS, bugged_writer
from tests.faults.soundness import archived_ids, check_sound
from tests.faults.traffic import Facts
from tests.stores import Wire

EVENTS = 20
WAIT_SECONDS = 60
ROOM_MAX_BYTES = 600_000


@dataclass(slots=True)
class _Sender:
    site: Site
    disk: Disk
    clock: Clock
    source: Facts = field(default_factory=lambda: Facts(seed=13, deals=200))
    facts: list[Wire] = field(default_factory=list)
    acked: set[str] = field(default_factory=set)

    async def fill(self, room_bytes: int) -> None:
        """Send until the disk is full, make room, and send what was refused again."""
        self.disk.room_bytes = room_bytes
        sent = await self.send_until_full()
        self.clock.now_us += 1
        self.disk.room_bytes = 0
        assert (await self.site.client.get("/readyz")).status_code == 503
        assert (await self.site.client.get("/api/boards/deals_won?period=2016")).status_code == 200
        self.disk.room_bytes = None
        assert (await self.site.client.get("/readyz")).status_code == 200
        assert await self.accepted(sent)

    async def send_until_full(self) -> list[Wire]:
        """Send batches until one is refused, and return that."""
        while True:
            sent = self.source.take(EVENTS)
            self.facts.extend(sent)
            if not await self.accepted(sent):
                return sent

    async def accepted(self, sent: list[Wire]) -> bool:
        """Send a batch and return whether it was taken; when it was not, the answer says when to try again."""
        answer = await self.site.send_batch(sent)
        if answer.status_code == 202:
            self.acked.update(str(fact["id"]) for fact in sent)
            return True
        assert (answer.status_code, answer.json()["code"]) == (503, "store_failed")
        assert int(answer.headers["Retry-After"]) > 0
        return False


async def fill(folder: Path, times: int) -> None:
    """Fill the disk at random writes; everything acknowledged is stored and nothing is half there."""
    dice, disk, clock = random.Random(13), Disk(), later()
    with mounted(disk):
        async with running(folder, clock) as site:
            sender = _Sender(site, disk, clock)
            for _ in range(times):
                await sender.fill(dice.randrange(ROOM_MAX_BYTES))
            assert (await site.measured())["accounting_gap"] == 0
    home = Home(folder, now_us=clock())
    assert sender.acked <= archived_ids(home.connection)
    check_sound(home.connection, sender.facts)
    home.close()


async def test_a_full_disk_refuses_and_recovers(tmp_path: Path) -> None:
    """The disk is full at 12 random writes: 503 with Retry-After, whole afterwards, and on without a restart."""
    await fill(tmp_path, 12)


@pytest.mark.nightly
async def test_a_disk_full_at_a_hundred_writes_refuses_and_recovers(tmp_path: Path) -> None:
    """The disk is full at 100 random writes."""
    await fill(tmp_path, 100)


async def test_acknowledging_before_the_commit_is_caught(tmp_path: Path) -> None:
    """Control: a writer that acknowledges before it commits takes what a full disk refuses, and the harness sees it."""
    disk = Disk()
    with mounted(disk):
        async with running(tmp_path) as site:
            home = site.house.engine.home
            eager = bugged_writer(home, later(), BUGS["ack_before_commit"])
            eager.start()
            site.house.door.engine = Embedded(home, eager)
            sender = _Sender(site, disk, later())
            disk.room_bytes = 0
            assert await sender.accepted(sender.source.take(EVENTS))
            eager.stop()
            assert not sender.acked <= archived_ids(home.connection)


async def test_a_log_that_cannot_be_moved_stops_no_writer(tmp_path: Path) -> None:
    """When the writer is idle and finds no room to move the log into the file, it goes on taking events."""
    disk = Disk()
    with mounted(disk):
        async with running(tmp_path) as site:
            source = Facts(seed=13, deals=200)
            assert (await site.send_batch(source.take(EVENTS))).status_code == 202
            disk.room_bytes = 0
            assert await asyncio.to_thread(disk.refused.wait, WAIT_SECONDS)
            disk.room_bytes = None
            assert (await site.send_batch(source.take(EVENTS))).status_code == 202


async def change_zone(folder: Path, room_bytes: int) -> bool:
    """Change the company's zone on a disk with little room; return whether the days could not follow at once."""
    disk = Disk()
    with mounted(disk):
        async with running(folder) as site:
            facts = Facts(seed=13, deals=50).take(2 * EVENTS)
            assert (await site.send_batch(facts[:EVENTS])).status_code == 202
            disk.room_bytes = room_bytes
            zone = configured(zone="Asia/Shanghai")
            stored = (await site.send(zone)).status_code == 202
            behind = site.house.engine.home.behind
            disk.room_bytes = None
            assert (await site.send(zone)).status_code == (200 if stored else 202)
            assert (await site.send_batch(facts)).status_code == 202
            connection = site.house.questions.connection()
            assert versions(connection)[-1].zone == "Asia/Shanghai"
            check_sound(connection)
    return behind


def test_a_full_disk_ends_an_import_with_words(tmp_path: Path) -> None:
    """Without a server in between the failure is one that a person can read, and what was sent can be sent again."""
    disk, settings = Disk(), Settings(home=tmp_path)
    facts = Facts(seed=13, deals=200).take(EVENTS)
    with mounted(disk), submitting(settings) as submit:
        disk.room_bytes = 0
        with pytest.raises(StoreFailed, match="full"):
            submit(facts)
        disk.room_bytes = None
        assert submit(facts) == ["applied"] * EVENTS


async def test_a_change_of_zone_on_a_full_disk_is_made_up_for(tmp_path: Path) -> None:
    """The company's zone changes while there is room for the event alone; the days follow once there is more."""
    assert any([await change_zone(tmp_path / str(room), room) for room in range(0, 240_000, 30_000)])
