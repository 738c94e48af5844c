"""Models as search uses them: those that were chosen and those that made an index, whatever is chosen meanwhile."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

from api.settings import Settings
from services.errors import PacelineError
from streams.store.connection import Connection

if TYPE_CHECKING:
    from search.models.cache import CachedEmbedder, Encodes
    from search.models.choice import Choice
    from search.models.worker import EncodingWorker
    from search.ports import Embedder, Vectors

VECTORS = "vectors.db"
WAIT_SECONDS = 120
_FACT = "models_chosen"


class Embedders(Protocol):
    """The models that a search may read with.

    :ivar trouble: why those that were chosen cannot be used, empty when they can or there are none yet.
    """

    trouble: str

    def chosen(self) -> "Embedder | None":
        """Return what reads texts by the choice of now, None while there is none."""

    def named(self, name: str, *, filling: bool = False) -> "Embedder | None":
        """Return what made the vectors of an index, to ask it or to fill it; None when it cannot be had any more."""

    def keep(self, names: set[str]) -> None:
        """Let go of all others than these and the chosen one."""


class Through:
    """An embedder that hands its texts to the worker of an event loop and waits for the vectors, in another thread.

    With `soon` all of them are for somebody who asks and waits.
    """

    def __init__(
        self, worker: "EncodingWorker", loop: asyncio.AbstractEventLoop, inner: "Encodes", *, soon: bool
    ) -> None:
        self._worker = worker
        self._loop = loop
        self._soon = soon
        self._inner = inner
        self.name = inner.name
        self.width = inner.width

    def encode(self, texts: Sequence[str], *, query: bool = False) -> "Vectors":
        """Return unit vectors in the order of the texts; raise `EncoderBusy` when too many wait."""
        asked = asyncio.run_coroutine_threadsafe(self._worker.encode(texts, query=query, soon=self._soon), self._loop)
        return asked.result(WAIT_SECONDS)

    def unknown(self, texts: Sequence[str]) -> float:
        """Return the share (0 to 1) of the tokens of texts that are not known; that is quick and needs no worker."""
        return self._inner.unknown(texts)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """An embedder, for filling an index and for asking one, with what ends it."""

    filling: "Embedder"
    asking: "Embedder"
    close: Callable[[], None]


class Models:
    """The models of a home, looked at again with each call: a choice that changes needs no restart.

    Texts are read by a worker of the event loop in which `start` was called, else in the thread that asks.
    """

    trouble = ""

    def __init__(self, settings: Settings, connection: Callable[[], Connection]) -> None:
        self._settings = settings
        self._connection = connection
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loaded: dict[str, _Loaded] = {}
        self._chosen: Embedder | None = None
        self._seen: tuple[object, ...] = ()
        self._failed = ""
        self._absent: dict[str, tuple[object, ...]] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin, in the event loop of a server; from then on no thread of that loop may ask."""
        self._loop = asyncio.get_running_loop()

    def chosen(self) -> "Embedder | None":
        """Return what reads texts by the choice of now; what was chosen before for as long as that cannot be used."""
        from search.models.choice import stamp

        with self._lock:
            try:
                choice = choice_of(self._settings, self._connection)
                seen = stamp(self._settings.models_folder, choice)
            except PacelineError as error:
                self.trouble = str(error)
                return self._chosen
            if seen != self._seen:
                self._seen, self._failed = seen, self._choose(choice)
            self.trouble = self._failed
            return self._chosen

    def _choose(self, choice: "Choice") -> str:
        """Take the embedder of a choice, and return why that cannot be done; empty too where there was never any."""
        from search.models.failures import ModelMissing

        try:
            self._chosen = self._take(choice).filling
        except ModelMissing as error:
            return str(error) if self._chosen is not None else ""
        except PacelineError as error:
            return str(error)
        return ""

    def named(self, name: str, *, filling: bool = False) -> "Embedder | None":
        """Return what made the vectors of an index."""
        with self._lock:
            found = self._loaded.get(name) or self._found(name)
        if found is None:
            return None
        return found.filling if filling else found.asking

    def _found(self, name: str) -> _Loaded | None:
        """Return an embedder by its name, looked for again only once its files are others."""
        from search.models.choice import choice_named, stamp

        choice = choice_named(name)
        if choice is None:
            return None
        seen = stamp(self._settings.models_folder, choice)
        if self._absent.get(name) == seen:
            return None
        try:
            found = self._take(choice)
        except PacelineError:
            found = None
        if found is None or found.asking.name != name:
            self._absent[name] = seen
            return None
        return found

    def keep(self, names: set[str]) -> None:
        """Let go of all others than these and the chosen one."""
        with self._lock:
            wanted = names if self._chosen is None else {*names, self._chosen.name}
            gone = [self._loaded.pop(name) for name in set(self._loaded) - wanted]
        for one in gone:
            one.close()

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._chosen, self._seen = None, ()
        self.keep(set())

    def _take(self, choice: "Choice") -> _Loaded:
        """Return the embedder of a choice, made once; raise `ModelMissing` and its like."""
        made = load(self._settings, choice)
        if made.name in self._loaded:
            made.close()
        else:
            self._loaded[made.name] = self._ready(made)
        return self._loaded[made.name]

    def _ready(self, made: "CachedEmbedder") -> _Loaded:
        from search.models.worker import EncodingWorker

        if self._loop is None:
            return _Loaded(made, made, made.close)
        worker = EncodingWorker(lambda: made)

        def close() -> None:
            worker.close()
            made.close()

        filling, asking = (Through(worker, self._loop, made, soon=soon) for soon in (False, True))
        return _Loaded(filling, asking, close)


def load(settings: Settings, choice: "Choice | None" = None) -> "CachedEmbedder":
    """Return the models of a data folder with the vectors that they have read; raise `ModelMissing` and its like."""
    from search.models.cache import CachedEmbedder
    from search.models.embedder import Embedder as Reading

    return CachedEmbedder(Reading(settings.models_folder, choice), settings.home / "index" / VECTORS)


def choice_of(settings: Settings, connection: Callable[[], Connection]) -> "Choice":
    """Return which models were chosen: in the store where several processes share it, else in the folder of models."""
    from search.models.choice import Choice, chosen
    from search.models.failures import ModelBroken

    if settings.scaled:
        row = connection().execute("SELECT value FROM facts WHERE name = ?", (_FACT,)).fetchone()
        if row is not None:
            try:
                return msgspec.json.decode(row[0], type=Choice)
            except msgspec.MsgspecError as error:
                raise ModelBroken(_FACT, str(error)) from None
    return chosen(settings.models_folder)


def share_choice(connection: Connection, choice: "Choice") -> None:
    """Tell all who share a store which models were chosen."""
    connection.put("facts", [(_FACT, msgspec.json.encode(choice).decode())])
