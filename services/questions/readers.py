"""Who may see a question and who may close it: it may say more of a deal than everybody should know."""

from services.questions.question import Question
from services.scope import Scope


def may_see(question: Question, scope: Scope, team: str | None) -> bool:
    """Return whether somebody may see a question: its asker, its expert, admins, and leads of the asker's `team`."""
    if scope.role == "admin":
        return True
    if scope.person and scope.person in (question.by, question.expert):
        return True
    return scope.role == "lead" and team is not None and team in scope.teams


def may_close(question: Question, scope: Scope) -> bool:
    """Return whether somebody who sees a question may close it or give it away: all but its asker."""
    return scope.role in ("admin", "lead") or (bool(scope.person) and scope.person == question.expert)
