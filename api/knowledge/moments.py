"""Moments for what people do on pages: later ones for later deeds, also within one microsecond of the clock."""

from collections.abc import Callable
from threading import Lock

# A clock that goes back by more was set anew, and is right now.
BACK_MAX_US = 1_000_000


class Moments:
    """Gives each moment once, in the order in which it is asked."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._last_us = 0

    def after(self, last_us: int) -> int:
        """Return the time of what is done now: after `last_us`, whatever the clock says, and after every one before."""
        with self._lock:
            now_us = self._clock()
            given_us = self._last_us + 1 if self._last_us - now_us < BACK_MAX_US else now_us
            self._last_us = max(now_us, given_us)
            return max(self._last_us, last_us + 1)
