"""Expected failures of Paceline; each builds its own message from typed arguments."""


class PacelineError(Exception):
    """A failure that a person can understand and mend."""

    @property
    def plain(self) -> str:
        """Return the message without what was asked or sent; answers to programs never repeat that."""
        return str(self)


class Rejected(PacelineError):
    """An event or a batch that cannot be accepted.

    `code` is one of the reason codes of the documentation, `pointer` a JSON pointer to the place ("" = the whole),
    `status` the HTTP status of the answer.
    """

    def __init__(self, code: str, detail: str, *, pointer: str = "", status: int = 422) -> None:
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.status = status
        super().__init__(f"{code} at {pointer or '/'}: {detail}")


PERIODS = (
    "Write 2017, 2017-Q1, 2017-03, 2017-01-01..2017-03-31, or today, this-week, last-month, this-quarter … "
    "of the years 1900 to 9998."
)


class PeriodUnclear(PacelineError):
    """A period that cannot be read."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"“{text}” is not a period. {PERIODS}")

    @property
    def plain(self) -> str:
        """Return the message without the text."""
        return f"That is not a period. {PERIODS}"


class MetricUnknown(PacelineError):
    """A metric id that does not exist."""

    def __init__(self, metric: str, known: list[str]) -> None:
        self.metric = metric
        self.known = known
        super().__init__(f"There is no metric “{metric}”. There are: {', '.join(known)}.")

    @property
    def plain(self) -> str:
        """Return the message without the metric."""
        return f"There is no such metric. There are: {', '.join(self.known)}."


class RepUnknown(PacelineError):
    """A name or an id that fits nobody, or more than one person."""

    def __init__(self, name: str, fitting: list[str]) -> None:
        self.name = name
        self.fitting = fitting
        if fitting:
            super().__init__(f"“{name}” fits {len(fitting)} people: {', '.join(fitting)}. Use the id.")
        else:
            super().__init__(f"Nobody is called “{name}”. `paceline board deals_won` lists the people.")

    @property
    def plain(self) -> str:
        """Return the message without the name."""
        if self.fitting:
            return f"That fits {len(self.fitting)} people: {', '.join(self.fitting)}. Use the id."
        return "Nobody is called that. The board of deals_won lists the people."


class RootUnknown(PacelineError):
    """A deal that nothing is known of, or that the asker may not see."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(f"Nothing is known of “{subject}”. Use its key in the CRM or its id.")

    @property
    def plain(self) -> str:
        """Return the message without the subject."""
        return "Nothing is known of such a deal. Use its key in the CRM or its id."


class BeforeTheJournal(PacelineError):
    """A moment before Paceline knew anything."""

    def __init__(self, first: str) -> None:
        self.first = first
        super().__init__(
            f"Paceline knew nothing then: its first event was applied at {first}. "
            "To see what had happened by that moment, ask with --happened-by."
        )


class ViewUnsupported(PacelineError):
    """A question that has no answer on the axis of the past that was asked for."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class DocumentUnknown(RootUnknown):
    """A document that nothing is known of, or that the asker may not read."""

    plain = "Nothing is known of such a document. `paceline knowledge list` and /api/documents list them."

    def __init__(self, document: str) -> None:
        self.subject = f"document/{document}"
        PacelineError.__init__(
            self, f"Nothing is known of document “{document}”. `paceline knowledge list` lists them."
        )


class QuestionUnknown(RootUnknown):
    """A question that nobody asked, or that the asker may not see."""

    plain = "Nothing is known of such a question. /api/questions lists them."

    def __init__(self, question: str) -> None:
        self.subject = f"question/{question}"
        PacelineError.__init__(self, f"Nothing is known of question “{question}”. /api/questions lists them.")
