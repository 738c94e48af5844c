"""Search as commands use it: through the server that has the data folder, or alone with its index."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from urllib.parse import urlencode

import msgspec

from api.cli.home import has_store, request, writing
from api.cli.output import NothingHere, progress_bar, say
from api.render import Json
from api.searching.filling import take
from api.searching.reading import loaded
from api.searching.service import Search, Status, brought_up_to_date
from api.settings import Settings
from api.wiring import reading
from streams.answers.questions import Questions
from streams.answers.searchable import waiting_count
from streams.embedded.lock import address

NO_MODEL = (
    "[dim]There is no model yet, so words alone are compared; `paceline models fetch` brings one that reads "
    "English and Chinese by meaning.[/dim]"
)


def asked(settings: Settings, path: str, query: dict[str, str], alone: Callable[[Search, Questions], Json]) -> Json:
    """Return an answer of the running server, or of this process where there is none."""
    url = _server(settings)
    if url:
        found: Json = msgspec.json.decode(request(f"{url}{path}?{urlencode(query)}"))
        return found
    with searching(settings) as (search, questions):
        return alone(search, questions)


def _server(settings: Settings) -> str:
    """Return where somebody answers who has the index open, empty when nobody does."""
    if settings.scaled:
        return "" if settings.qdrant else next(iter(settings.nodes), "")
    return address(settings.home)


@contextmanager
def searching(settings: Settings) -> Iterator[tuple[Search, Questions]]:
    """Give a search that has read everything; raise `NothingHere`, or `HomeBusy` while another process writes."""
    if not has_store(settings):
        raise NothingHere(str(settings.home))
    with writing(settings) as ledger, closing(reading(settings)) as questions:
        models = loaded(settings)
        if models is None:
            say(NO_MODEL)
        with closing(Search(settings, questions, lambda: models)) as search:
            total = waiting_count(questions.connection())
            with progress_bar("Reading what is new for search") as bar:
                brought_up_to_date(search, partial(take, ledger.connection), lambda done: bar(done, max(done, total)))
            yield search, questions


def status_of(settings: Settings) -> Json | Status:
    """Return how far the index is; of a running server as it says it."""
    url = _server(settings)
    if url:
        found: Json = msgspec.json.decode(request(f"{url}/api/search/status"))
        return found
    if not has_store(settings):
        raise NothingHere(str(settings.home))
    with closing(reading(settings)) as questions:
        models = loaded(settings)
        with closing(Search(settings, questions, lambda: models)) as search:
            return search.status()
