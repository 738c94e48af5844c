"""Search as commands use it: through the server that has the data folder, or alone with its index."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlencode

import msgspec
from rich.markup import escape

from api.cli.home import has_store, request, writing
from api.cli.output import NothingHere, progress_bar, say
from api.render import Json
from api.searching.reading import Models
from api.searching.service import Search, Status, brought_up_to_date
from api.settings import Settings
from api.wiring import reading
from streams.answers.questions import Questions
from streams.answers.searchable import changed_count
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
    """Give a search that has read everything; raise `NothingHere`, or `HomeBusy` while another process writes.

    Where nodes share an index, one of them may be filling it, and the search knows what that one has read.
    """
    if not has_store(settings):
        raise NothingHere(str(settings.home))
    with writing(settings), closing(reading(settings)) as questions, _opened(settings, questions) as (search, models):
        models.chosen()
        if models.trouble:
            say(escape(models.trouble))
        total = changed_count(questions.connection())
        with progress_bar("Reading what is new for search") as bar:
            brought_up_to_date(search, lambda done: bar(done, max(done, total)))
        yield search, questions


def status_of(settings: Settings) -> Json | Status:
    """Return how far the index is; of a running server as it says it."""
    url = _server(settings)
    if url:
        found: Json = msgspec.json.decode(request(f"{url}/api/search/status"))
        return found
    if not has_store(settings):
        raise NothingHere(str(settings.home))
    with closing(reading(settings)) as questions, _opened(settings, questions) as (search, _):
        return search.status()


@contextmanager
def _opened(settings: Settings, questions: Questions) -> Iterator[tuple[Search, Models]]:
    models = Models(settings, questions.connection)
    with closing(models), closing(Search(settings, questions, models)) as search:
        yield search, models
