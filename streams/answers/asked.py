"""Questions that people asked each other, as askers may see them, with their texts from the archive."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.errors import QuestionUnknown
from services.events.envelope import Event
from services.events.questions import QuestionAsked, QuestionDeclined
from services.questions.question import Question
from services.questions.readers import may_see
from services.scope import Scope
from streams.answers.cut import Cut
from streams.answers.said import said
from streams.projection.shelf import decode_root

# All questions: their subjects are those between these two.
_ALL = "SELECT subject, state FROM roots WHERE subject >= 'question/' AND subject < 'question0' ORDER BY subject"
# The types of events that hold a text.
_TEXTS = ("question.asked", "question.declined")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question as it stands; its text is empty where it was erased, and so is the reason why it was declined."""

    id: str
    text: str
    reason: str
    state: Question

    @property
    def asked_us(self) -> int:
        """Return when it was asked, the last time."""
        return self.state.asked.us if self.state.asked else 0


def asked(cut: Cut, scope: Scope) -> list[Asked]:
    """Return the questions that somebody may see, open ones first, the oldest first; then the last closed first."""
    states: dict[str, Question] = {}
    for subject, body in cut.connection.execute(_ALL):
        state = decode_root(subject, body).state if body else None
        if isinstance(state, Question) and state.asked and _is_seen(cut, state, scope):
            states[subject] = state
    texts = said(cut, states, _TEXTS)
    return sorted((_told(name, state, texts[name]) for name, state in states.items()), key=_place)


def _place(one: Asked) -> tuple[bool, int, str]:
    closed = one.state.closed
    return one.state.status != "open", -closed.us if closed else one.asked_us, one.id


def question(cut: Cut, name: str, scope: Scope) -> Asked:
    """Return a question by its id; raise `QuestionUnknown` when there is none, or none that the asker may see."""
    subject = f"question/{name}"
    row = cut.connection.execute("SELECT state FROM roots WHERE subject = ?", (subject,)).fetchone()
    state = decode_root(subject, row[0]).state if row and row[0] else None
    if not isinstance(state, Question) or state.asked is None or not _is_seen(cut, state, scope):
        raise QuestionUnknown(name)
    return _told(subject, state, said(cut, [subject], _TEXTS)[subject])


def _is_seen(cut: Cut, state: Question, scope: Scope) -> bool:
    return may_see(state, scope, cut.organisation.team_of(state.by, cut.today) or None)


def _told(subject: str, state: Question, events: Iterable[Event]) -> Asked:
    text = reason = ""
    for event in events:
        if isinstance(event.data, QuestionAsked):
            text = event.data.text or text
        elif isinstance(event.data, QuestionDeclined):
            reason = event.data.text or ""
    closed_so = reason if state.status == "declined" else ""
    return Asked(id=subject.partition("/")[2], text=text, reason=closed_so, state=state)
