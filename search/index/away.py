"""What a Qdrant server raises, as one failure that says what to do."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from search.index.errors import IndexAway

P = ParamSpec("P")
T = TypeVar("T")


def answered(work: Callable[P, T]) -> Callable[P, T]:
    """Return the same work, which raises `IndexAway` when the server cannot be asked or refuses."""

    @wraps(work)
    def asked(*given: P.args, **named: P.kwargs) -> T:
        from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

        try:
            return work(*given, **named)
        except UnexpectedResponse as error:
            raise IndexAway(f"status {error.status_code}") from error
        except ApiException as error:
            raise IndexAway(str(error).partition("\n")[0]) from error

    return asked
