"""How much of what a store holds the models of search know: a model that does not know a language reads it as noise."""

from collections.abc import Iterator

from api.searching.making import documents_of
from api.searching.reading import choice_of
from api.settings import Settings
from services.errors import PacelineError
from services.view import LATEST
from streams.answers import searchable
from streams.answers.cut import latest
from streams.store.connection import Connection

SAMPLE_ROOTS = 50
"""Deals that are looked at, and as many documents."""
UNKNOWN_MAX = 0.05


def vocabulary(chosen: Settings, connection: Connection, now_us: int) -> Iterator[tuple[str, bool, str]]:
    """Yield whether the models can be used, and what share of the texts of a store they do not know."""
    from search.models.embedder import Embedder
    from search.models.failures import ModelMissing

    try:
        choice = choice_of(chosen, lambda: connection)
        embedder = Embedder(chosen.models_folder, choice)
        texts = _texts(connection, now_us)
        share = embedder.unknown(texts)
    except ModelMissing:
        yield "models", True, "none; search goes by words alone until `paceline models fetch`"
        return
    except PacelineError as error:
        yield "models", False, str(error)
        return
    yield "models", True, " and ".join(choice.names)
    said = f"{share:.1%} of the tokens of {len(texts)} documents and deals are unknown to the models"
    good = share <= UNKNOWN_MAX
    yield "vocabulary", good, said if good else f"{said}; `paceline models export` makes one that reads other languages"


def _texts(connection: Connection, now_us: int) -> list[str]:
    with connection.snapshot():
        cut = latest(connection, LATEST, now_us)
        rows = [row for after in ("", "document/") for row in searchable.everything(connection, after, SAMPLE_ROOTS)]
        reads = [searchable.read(cut, row.subject) for row in dict.fromkeys(rows)]
    found = [
        documents_of(read, cut.organisation.company.currency)[:1]
        for read in reads
        if not isinstance(read, searchable.Gone)
    ]
    return [f"{one.title}\n{one.text}" for some in found for one in some]
