"""Whom a question goes to, from what search, documents and the organisation say; the rule is in `services`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.searching.making import access_of, subject_of
from api.wiring import House
from search.index.access import Filters
from search.index.errors import IndexBroken, IndexBusy
from search.models.failures import EncoderBusy
from search.ranking.fusion import is_near
from search.ranking.question import Question
from services.deals.deal import Deal
from services.errors import DocumentUnknown
from services.events.knowledge import Kind
from services.org.askers import scope_of
from services.questions.routing import NEAREST_MAX, Known, Route, route
from services.scope import Scope
from services.view import LATEST
from streams.answers import documents
from streams.answers.cut import Cut
from streams.answers.documents import Listed
from streams.projection.shelf import decode_root

KINDS: tuple[Kind, ...] = ("win_review", "loss_review", "lessons", "playbook", "play", "note")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """A question as somebody asks it; `narrowed` has the filters that were on."""

    text: str
    by: str
    deal: str | None = None
    narrowed: Mapping[str, tuple[str, ...]]


def expert_for(house: House, asking: Asking) -> Route:
    """Return whom a question goes to and why, looking only at what its asker may read."""
    with house.questions.cut(LATEST) as cut:
        scope = scope_of(cut.organisation, asking.by, cut.today)
        near = [_known(one) for one in _nearest(house, cut, asking.text, scope)]
        plays = [_known(one) for one in _plays(cut, asking, scope)]
        people = cut.organisation.people.items()
        able = {name for name, person in people if person.left_day is None or person.left_day >= cut.today}
        teams = cut.organisation.teams_above(cut.organisation.team_of(asking.by, cut.today))
        leads = [cut.organisation.teams[team].lead for team in teams if team in cut.organisation.teams]
    return route(near, plays, leads, able - {asking.by})


def _known(one: Listed) -> Known:
    return Known(id=one.id, author=one.state.author, verifier=one.state.verifier)


def _nearest(house: House, cut: Cut, text: str, scope: Scope) -> Iterable[Listed]:
    """Yield the documents nearest to a text; none where search cannot answer at the moment."""
    filters = Filters(fields={"kind": KINDS})
    try:
        answer = house.search.search(Question(text=text, access=access_of(scope), filters=filters, limit=NEAREST_MAX))
    except (IndexBusy, IndexBroken, EncoderBusy):
        return
    for hit in answer.hits:
        # A word in common is enough: nothing good was found, and this is about who would know.
        if not hit.why.matched and not is_near(hit.score, answer.language, across=hit.why.across):
            continue
        try:
            yield documents.document(cut, subject_of(hit.doc_id)[0].partition("/")[2], scope)
        except DocumentUnknown:
            continue


def _plays(cut: Cut, asking: Asking, scope: Scope) -> list[Listed]:
    """Return the plays for the products and competitors that a question, or its deal, is about."""
    products = {*asking.narrowed.get("product", ()), *_products(cut, asking.deal)}
    competitors = {name.casefold() for name in asking.narrowed.get("competitor", ())}
    if not products and not competitors:
        return []
    return [
        one
        for one in documents.listed(cut, scope)
        if one.state.kind == "play"
        and not one.state.archived
        and (products.intersection(one.state.products) or one.state.competitor.casefold() in competitors)
    ]


def _products(cut: Cut, deal: str | None) -> tuple[str, ...]:
    subject = f"deal/{deal}"
    row = cut.connection.execute("SELECT state FROM roots WHERE subject = ?", (subject,)).fetchone()
    state = decode_root(subject, row[0]).state if row and row[0] else None
    return state.products if isinstance(state, Deal) else ()
