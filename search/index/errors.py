"""What can go wrong with an index, and what to do then."""

from services.errors import PacelineError


class IndexFull(PacelineError):
    """More points than the engine in this process should hold."""

    def __init__(self, points: int, limit: int) -> None:
        super().__init__(
            f"The search index would hold {points:,} passages; in one process it holds at most {limit:,}. "
            "Start a Qdrant server, name it in PACELINE_QDRANT, and run `paceline index rebuild`: it holds more."
        )


class IndexDiffers(PacelineError):
    """An index whose vectors another model made, or that another version cut into passages."""

    def __init__(self, what: str, kept: str, wanted: str) -> None:
        super().__init__(
            f"The search index was made with {what} “{kept}”, and “{wanted}” is asked for. "
            "Run `paceline index rebuild`: it makes the index again from the events."
        )


class IndexBusy(PacelineError):
    """A folder that another process has open."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"The search index {folder} is in use by another process. Stop it, or ask it over HTTP.")


class IndexBroken(PacelineError):
    """An engine that failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The search index does not answer: {reason}. `paceline doctor` looks for what is wrong; "
            "`paceline index rebuild` makes it again from the events."
        )


class IndexAway(PacelineError):
    """A Qdrant server that does not answer, or not as it should."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The Qdrant server that holds the search index does not answer ({reason}). Nothing is lost: what changes "
            "meanwhile is read once it is back."
        )
