"""What can go wrong between Paceline and Kafka."""

from collections.abc import Sequence

from services.errors import PacelineError


class LogAway(PacelineError):
    """Kafka does not answer; what was sent is not acknowledged and must be sent again."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The log does not answer ({reason}). Try again in a moment; an event that is sent twice counts once."
        )


class TopicsMissing(LogAway):
    """Kafka answers, but has nowhere to put the events."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"it has no topic {', '.join(names)}; `paceline topics create` makes them")


class PartitionsFewer(PacelineError):
    """A topic that has more partitions than were asked for."""

    def __init__(self, topic: str, there: int, asked: int) -> None:
        super().__init__(
            f"{topic} has {there} partitions, and Kafka cannot take any away. "
            f"Ask for {there} or more instead of {asked}."
        )


class TopicRefused(PacelineError):
    """A topic that Kafka does not make."""

    def __init__(self, topic: str, reason: str) -> None:
        super().__init__(f"Kafka did not make {topic}: {reason}.")
