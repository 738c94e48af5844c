"""Speaking with a Qdrant server: what its client raises, as what can be done about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from search.index.errors import IndexAway, IndexBroken


@contextmanager
def speaking() -> Iterator[None]:
    """Run the body; raise `IndexAway` when the server cannot be reached, `IndexBroken` when it refuses."""
    from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

    try:
        yield
    except UnexpectedResponse as error:
        raise IndexBroken(f"the server says {error.status_code} {error.reason_phrase}") from error
    except ApiException as error:
        # The client says what happened on the way, not where: addresses stay out of answers.
        raise IndexAway(str(error).partition("\n")[0]) from error
