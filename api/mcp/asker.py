"""Who asks through the tools: what they may see, and how their questions reach the store and the index."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from api.render import Json
from api.searching.service import Search
from services.scope import Scope
from streams.answers.questions import Questions


class Asked(Protocol):
    """Asks whoever has the index open at an address of the API, or lets this process answer alone."""

    def __call__(self, path: str, query: dict[str, str], alone: Callable[[Search, Questions], Json]) -> Json:
        """Return the answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """An asker. Each call of a tool opens what it reads and closes it again, and so keeps nobody from writing.

    :ivar secret: gives the key under which ids of deals are made from their keys at the source.
    """

    scope: Scope
    questions: Callable[[], AbstractContextManager[Questions]]
    searched: Asked
    secret: Callable[[], bytes]
