"""P9: requests with one Idempotency-Key have one effect and one answer, however many there are at once."""

import asyncio
import threading
from pathlib import Path

import pytest

from streams.embedded.home import Home
from streams.ledger.jobs import Answer, Job
from streams.ledger.kept import FORGOTTEN_MAX, KEPT_US
from streams.projection.submission import Outcome
from tests.builders import accepted, deal
from tests.faults.houses import Site, later, running
from tests.faults.soundness import check_sound
from tests.stores import Wire

DAY_US = 86_400_000_000
WAIT_SECONDS = 60
FIRST = deal("A", "2017-01-01", owner="ann", amount="10.00", currency="USD")
OTHER = FIRST | {"id": "other", "data": {"owner": "bob", "amount": "99.00", "currency": "USD"}}


async def race(site: Site, wire: Wire, key: str, requests: int) -> set[tuple[int, str]]:
    """Send one request many times at once and return the different answers."""
    answers = await asyncio.gather(*(site.send(wire, key=key) for _ in range(requests)))
    found = {(answer.status_code, answer.text) for answer in answers if answer.status_code != 409}
    running_codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert running_codes <= {"idempotency_key_running"}
    return found


async def race_many(folder: Path, keys: int) -> None:
    """Race 100 equal requests for each of many keys; each key has one effect and one answer."""
    async with running(folder) as site:
        for number in range(keys):
            wire = FIRST | {"id": f"e{number}", "subject": f"deal/d{number}"}
            ((status, body),) = await race(site, wire, f"key-{number}", 100)
            assert status == 202
            again = await site.send(wire, key=f"key-{number}")
            assert (again.status_code, again.text) == (status, body)
        await site.settled()
        found = check_sound(site.house.questions.connection())
        assert (found.applied, found.received, found.duplicate) == (keys, keys, 0)
        assert found.repeated >= keys


async def test_a_hundred_equal_requests_at_once_have_one_effect(tmp_path: Path) -> None:
    """100 concurrent requests of one key: one effect; the others get the same answer, or 409 while it is made."""
    await race_many(tmp_path, 1)


@pytest.mark.nightly
async def test_a_hundred_equal_requests_of_many_keys_have_one_effect_each(tmp_path: Path) -> None:
    """100 concurrent requests for each of 200 keys."""
    await race_many(tmp_path, 200)


class Forgetful(set[bytes]):
    """Keys that nobody remembers to be running."""

    def __contains__(self, key: object) -> bool:
        """Return that no key is running."""
        return False


async def test_looking_a_key_up_without_marking_it_is_caught(tmp_path: Path) -> None:
    """Control: a door that does not mark running keys gives different answers, and the harness sees it."""
    async with running(tmp_path) as site:
        site.house.door.running = Forgetful()
        assert len(await race(site, FIRST, "k", 100)) > 1


async def test_a_key_runs_until_its_events_are_written(tmp_path: Path) -> None:
    """A sender that goes away leaves its key running; whoever asks later gets the answer that it would have got."""
    async with running(tmp_path) as site:
        writer, go_on = site.house.engine.writer, threading.Event()
        held = writer.call(lambda _: go_on.wait(WAIT_SECONDS))
        first = asyncio.create_task(site.send(FIRST, key="k"))
        while not (site.house.door.running and writer.waiting):
            await asyncio.sleep(0.001)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert (await site.send(FIRST, key="k")).status_code == 409
        go_on.set()
        assert await asyncio.wrap_future(held)
        await site.settled()
        while site.house.door.running:
            await asyncio.sleep(0.001)
        answer = await site.send(FIRST, key="k")
        assert (answer.status_code, answer.json()["position"]) == (202, 1)
        await site.settled()
        assert check_sound(site.house.questions.connection(), [FIRST]).duplicate == 0


async def test_a_key_with_another_body_is_refused(tmp_path: Path) -> None:
    """The same key with another body is 422 and changes nothing; the first request still gets its answer."""
    async with running(tmp_path) as site:
        first = await site.send(FIRST, key="k")
        for _ in range(2):
            refused = await site.send(OTHER, key="k")
            assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
        again = await site.send(FIRST, key="k")
        assert (again.status_code, again.text) == (first.status_code, first.text)
        assert check_sound(site.house.questions.connection(), [FIRST]).applied == 1


async def test_an_answer_is_kept_for_seven_days(tmp_path: Path) -> None:
    """After seven days, with others in between, a repeated request still gets the first answer."""
    clock = later()
    async with running(tmp_path, clock) as site:
        first = await site.send(FIRST, key="k")
        for day in range(7):
            clock.now_us += DAY_US
            await site.send(FIRST | {"id": f"day-{day}"}, key=f"day-{day}")
        again = await site.send(FIRST, key="k")
        assert (again.status_code, again.text) == (first.status_code, first.text)


def test_answers_are_forgotten_in_the_end(tmp_path: Path) -> None:
    """Old answers go when new ones come, at most a thousand at a time: the table does not grow for ever."""
    home = Home(tmp_path, now_us=later().now_us)
    begin = later().now_us
    home.apply([answered(f"old-{number}") for number in range(FORGOTTEN_MAX + 500)], begin)
    assert kept(home) == FORGOTTEN_MAX + 500
    home.apply([answered("young")], begin + KEPT_US)
    assert kept(home) == FORGOTTEN_MAX + 501
    home.apply([answered("new")], begin + KEPT_US + 1)
    assert kept(home) == 502
    home.apply([answered("newer")], begin + KEPT_US + 1)
    assert kept(home) == 3
    home.close()


def answered(key: str) -> Job:
    """Return a job of one known event whose answer is kept under a key."""

    def answer(_: list[Outcome]) -> Answer:
        return Answer(key=key.encode(), request=b"", status=202, body=b"{}")

    return Job(items=[accepted(FIRST)], answer=answer)


def kept(home: Home) -> int:
    """Return how many answers a home keeps."""
    (count,) = home.connection.execute("SELECT COUNT(*) FROM answers").fetchone()
    return int(count)
