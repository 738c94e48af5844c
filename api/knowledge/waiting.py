"""What waits for one person: documents that they are to verify, and questions that they are to answer."""

from dataclasses import dataclass

from api.knowledge.health import Examination, examined
from services.documents.health import Ailment
from services.questions.readers import may_close
from services.scope import Scope
from services.view import LATEST
from streams.answers.asked import Asked, asked
from streams.answers.contradictions import Contradiction, contradictions
from streams.answers.questions import Questions

OF_VERIFIERS: tuple[Ailment, ...] = ("contradicted", "stale", "due", "unverified")
"""What a verifier has to do something about, the most pressing first."""

ASIDE_MAX = 20
NOBODY = "/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What waits for a person.

    :ivar documents: ids by the worst of what they suffer from; `said` is what was said against each.
    :ivar unrouted: open questions that are nobody's, for whoever sees them.
    :ivar aside: questions of the person or of nobody that were put aside, the last first, for who may take them up.
    :ivar own: what the person asked themselves.
    """

    person: str
    examination: Examination
    documents: dict[Ailment, list[str]]
    said: dict[str, list[Contradiction]]
    questions: list[Asked]
    unrouted: list[Asked]
    aside: list[Asked]
    own: list[Asked]

    @property
    def count(self) -> int:
        """Return how many things wait for the person by name."""
        return len(self.questions) + sum(len(names) for names in self.documents.values())


def waiting_for(questions: Questions, scope: Scope, person: str) -> Waiting:
    """Return what waits for a person, as far as the asker may see it."""
    # Those without a verifier wait for nobody by name.
    examination = examined(questions, scope, verifier=person or NOBODY)
    documents: dict[Ailment, list[str]] = {ailment: [] for ailment in OF_VERIFIERS}
    for one in examination.health.ailing:
        worst = next((ailment for ailment in OF_VERIFIERS if ailment in one.ailments), None)
        if worst:
            documents[worst].append(one.id)
    with questions.cut(LATEST) as cut:
        said = contradictions(cut, [examination.documents[name] for name in documents["contradicted"]])
        known = asked(cut, scope)
    still = [one for one in known if one.state.status == "open"]
    return Waiting(
        person=person,
        examination=examination,
        documents=documents,
        said=said,
        questions=[one for one in still if person and one.state.expert == person],
        unrouted=[one for one in still if not one.state.expert],
        aside=[
            one
            for one in known
            if one.state.status == "dismissed" and one.state.expert in (person, "") and may_close(one.state, scope)
        ][:ASIDE_MAX],
        own=[one for one in known if person and one.state.by == person],
    )
