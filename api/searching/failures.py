"""What can go wrong with search, and what to do then."""

from services.errors import PacelineError


class StageUnknown(PacelineError):
    """A stage that a deal was never in."""

    def __init__(self, stage: str, known: list[str]) -> None:
        self.known = known
        super().__init__(f"The deal was never in the stage “{stage}”. It was in: {', '.join(known) or 'none'}.")

    @property
    def plain(self) -> str:
        """Return the message without the stage."""
        return f"The deal was never in that stage. It was in: {', '.join(self.known) or 'none'}."
