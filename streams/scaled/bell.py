"""The bell: rings whenever somebody has changed the store in Postgres, with the `traceparent` of who did."""

import logging
import threading
from collections.abc import Callable

import psycopg

from streams.scaled.around import LISTENER
from streams.store.postgres import CHANGED

WAIT_SECONDS = 1.0
AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

log = logging.getLogger(__name__)


class Bell:
    """Listens in a thread of its own; after a lost connection it rings once, for what may have been missed."""

    def __init__(self, address: str, rung: Callable[[str], None]) -> None:
        self._address = address
        self._rung = rung
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="paceline-bell", daemon=True)

    @property
    def listening(self) -> bool:
        """Return whether it would hear a change now."""
        return self._listening.is_set()

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; it takes a second at most."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._listen()
                failures = 0
            except psycopg.Error as error:
                if self._listening.is_set():
                    failures = 0
                    log.warning("The store is away; live boards wait for it: %s", str(error).partition("\n")[0])
                self._listening.clear()
                self._stopping.wait(AGAIN_SECONDS[min(failures, len(AGAIN_SECONDS) - 1)])
                failures += 1

    def _listen(self) -> None:
        """Listen until the connection is lost, or the end."""
        with psycopg.connect(self._address, autocommit=True, application_name=LISTENER) as connection:
            connection.execute(f"LISTEN {CHANGED}".encode())
            self._listening.set()
            self._rung("")
            while not self._stopping.is_set():
                for heard in connection.notifies(timeout=WAIT_SECONDS, stop_after=1):
                    self._rung(heard.payload)
