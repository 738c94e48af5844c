"""The wiring: the only chooser of adapters. Everything that handlers use is handed to them in one `House`."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from api.door import Door
from api.live import Live
from api.secret import installation_secret
from api.settings import Settings
from streams.answers.questions import Questions
from streams.embedded.home import STORE, Home
from streams.embedded.lock import HomeLock
from streams.embedded.writer import Writer, system_clock
from streams.history.replay import Progress, silent
from streams.ledger.jobs import Answer
from streams.store.sqlite import open_reader


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What runs: the store with its writer, its questions, the door and the live hub."""

    settings: Settings
    secret: bytes
    clock: Callable[[], int]
    home: Home
    writer: Writer
    questions: Questions
    door: Door
    live: Live
    lock: HomeLock
    started: float


@contextmanager
def open_house(
    settings: Settings, *, clock: Callable[[], int] = system_clock, progress: Progress = silent
) -> Iterator[House]:
    """Give everything that runs, started, and stop it in the end; raise `HomeBusy` when another process has it."""
    lock = HomeLock(settings.home)
    try:
        lock.take()
        home = Home(settings.home, now_us=clock(), progress=progress)
        questions = Questions(partial(open_reader, home.path), clock=clock)
        live = Live(questions)
        writer = Writer(home, clock=clock, committed=live.changed)
        writer.start()
        try:
            yield House(
                settings=settings,
                secret=installation_secret(settings.home),
                clock=clock,
                home=home,
                writer=writer,
                questions=questions,
                door=Door(writer, _kept(questions)),
                live=live,
                lock=lock,
                started=time.monotonic(),
            )
        finally:
            writer.stop()
            questions.close()
            home.close()
    finally:
        lock.release()


def reading(settings: Settings, *, clock: Callable[[], int] = system_clock) -> Questions:
    """Return the questions of a home that others may be writing."""
    return Questions(partial(open_reader, settings.home / STORE), clock=clock)


def _kept(questions: Questions) -> Callable[[bytes], Answer | None]:
    """Return what looks up the answer to an earlier request."""

    def look_up(key: bytes) -> Answer | None:
        row = (
            questions.connection().execute("SELECT request, status, body FROM answers WHERE key = ?", (key,)).fetchone()
        )
        return Answer(key=key, request=row[0], status=row[1], body=row[2]) if row else None

    return look_up
