"""A duty: work that one process at a time does for all who share a store in Postgres, such as filling their index.

It is an advisory lock of a session, so that it passes on by itself when whoever has it dies: the server lets go of the
lock when the connection ends.
"""

import threading

from streams.store.connection import StoreFailed
from streams.store.postgres import PostgresConnection

# Advisory locks are numbered for a whole database; the turns of writers have the numbers before this one.
INDEXING = 7_226_003
NAME = "paceline-duty"
# A machine that lost its power ends no connection: within half a minute the server finds out that nobody is there.
_WATCHED = (
    "SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), "
    "set_config('tcp_keepalives_count', '4', false)"
)


class Duty:
    """One duty as one process sees it; any thread may ask."""

    def __init__(self, address: str, number: int = INDEXING) -> None:
        self._connection = PostgresConnection(address, name=NAME)
        self._number = number
        self._session = 0
        self._lock = threading.Lock()

    def held(self) -> bool:
        """Return whether the duty is this process's, and take it over when nobody has it.

        While the store does not answer nobody has a duty. A lost connection is made again as another session, which
        has no lock before it is given one.
        """
        with self._lock:
            try:
                (session,) = self._connection.execute("SELECT pg_backend_pid()").fetchone()
                if session != self._session:
                    self._connection.execute(_WATCHED).fetchone()
                    (given,) = self._connection.execute("SELECT pg_try_advisory_lock(?)", (self._number,)).fetchone()
                    self._session = session if given else 0
            except StoreFailed:
                self._session = 0
            return self._session != 0

    def close(self) -> None:
        """Give the duty up."""
        with self._lock:
            self._session = 0
            self._connection.close()
