"""Where the index of a home lies, where its marks are written down, and whose duty it is to fill it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from api.searching.mark import Editions, FileEditions, FileMarks, Marks, StoreEditions, StoreMarks
from api.settings import Settings
from search.index.places import FolderEngines, ServerEngines
from search.index.port import Engines
from streams.answers.questions import Questions

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

FOLDER = "index"
TIMEOUT_SECONDS = 30


class Filling(Protocol):
    """The duty to fill an index."""

    def held(self) -> bool:
        """Return whether it is this process's, and take it over when nobody has it."""

    def close(self) -> None:
        """Give it up."""


class Alone:
    """The duty of a process that has an index for itself."""

    def held(self) -> bool:
        """Return that it is this process's."""
        return True

    def close(self) -> None:
        """Do nothing: it ends with the process."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an index."""

    engines: Engines
    marks: Marks
    duty: Filling
    editions: Editions


def place_of(settings: Settings, questions: Questions) -> Place:
    """Return the place of the index of a home.

    Without a Qdrant server each process has an index of its own, in its data folder; nodes that share a data folder
    are told apart by their ports. A server has one index for all who share a store, and one of them fills it.
    """
    folder = settings.home / FOLDER
    if settings.qdrant is None:
        own = folder / f"node-{settings.port}" if settings.scaled else folder
        return Place(FolderEngines(own), FileMarks(own), Alone(), editions_of(settings, questions))
    engines = ServerEngines(connecting(settings.qdrant), f"{settings.topics}-")
    if settings.store is None:
        return Place(engines, FileMarks(folder), Alone(), editions_of(settings, questions))
    return shared(engines, questions, settings.store)


def shared(engines: Engines, questions: Questions, store: str) -> Place:
    """Return the place of an index that all processes share which share a store in Postgres."""
    from streams.scaled.duty import Duty

    duty = Duty(store)
    return Place(engines, StoreMarks(questions.connection, duty.held), duty, StoreEditions(questions.connection))


def editions_of(settings: Settings, questions: Questions) -> Editions:
    """Return where it can be asked for that everything be read again; whoever fills an index notices."""
    return StoreEditions(questions.connection) if settings.scaled else FileEditions(settings.home / FOLDER)


def connecting(address: str) -> Callable[[], "QdrantClient"]:
    """Return what connects to a Qdrant server."""

    def connect() -> "QdrantClient":
        from qdrant_client import QdrantClient

        # Whether the server is of a fitting version would be asked at once, and it may be away.
        return QdrantClient(url=address, timeout=TIMEOUT_SECONDS, check_compatibility=False)

    return connect
