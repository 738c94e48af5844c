"""A question as routes, pages and commands put it, and what it finds with what the store says of it now."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.searching.making import DEAL, DEAL_STAGE, access_of, subject_of
from api.searching.service import Search
from search.index.access import Filters
from search.ranking.answer import Answer, Hit
from search.ranking.question import Question
from services.errors import DocumentUnknown, PacelineError
from services.scope import Scope
from services.view import LATEST
from streams.answers.aftermath import Aftermath, aftermaths
from streams.answers.cut import Cut
from streams.answers.documents import Listed, document
from streams.answers.questions import Questions

KINDS = ("win_review", "loss_review", "lessons", "playbook", "play", "note", DEAL)
LANGUAGES = ("en", "zh")
TEXT_LETTERS_MAX = 1_000
LIMIT = 10
LIMIT_MAX = 50
FILTERS = ("kind", "language", "outcome", "industry", "product", "competitor", "tag", "region", "size_band")
"""What a question may be narrowed by; several values of one are any of them."""


class KindUnknown(PacelineError):
    """A kind or a language that nothing has."""

    def __init__(self, name: str, value: str, known: tuple[str, ...]) -> None:
        self._plain = f"There is no such {name}. There are: {', '.join(known)}."
        super().__init__(f"There is no {name} “{value}”. There are: {', '.join(known)}.")

    @property
    def plain(self) -> str:
        """Return the message without the value."""
        return self._plain


@dataclass(frozen=True, kw_only=True, slots=True)
class AskSearch:
    """What is asked, within which values of `FILTERS`; `aged`: what is older comes later."""

    text: str
    filters: dict[str, tuple[str, ...]]
    limit: int = LIMIT
    aged: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A hit, and the document or the deal that it is."""

    hit: Hit
    document: Listed | None = None
    deal: Aftermath | None = None

    @property
    def path(self) -> str:
        """Return the address of its page."""
        kind, _, name = subject_of(self.hit.doc_id)[0].partition("/")
        return f"/{'documents' if kind == 'document' else 'deals'}/{name}"

    @property
    def title(self) -> str:
        """Return what it is called."""
        if self.document is not None:
            return self.document.title
        return (self.deal.title if self.deal else "") or self.hit.title or subject_of(self.hit.doc_id)[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An answer with what the store says of its hits; whatever the asker may no longer see is left out."""

    ask: AskSearch
    answer: Answer
    found: tuple[Found, ...]

    @property
    def good(self) -> bool:
        """Return whether the best hit is a good one."""
        return self.answer.good and bool(self.found)


def ask_of(text: str, limit: int = LIMIT, **filters: str) -> AskSearch:
    """Return a question from words; values are separated by commas; raise `KindUnknown`."""
    chosen = {name: tuple(one for one in values.split(",") if one) for name, values in filters.items() if values}
    for name, known in (("kind", KINDS), ("language", LANGUAGES)):
        for value in chosen.get(name, ()):
            if value not in known:
                raise KindUnknown(name, value, known)
    return AskSearch(text=text[:TEXT_LETTERS_MAX], filters=chosen, limit=min(max(limit, 1), LIMIT_MAX))


def search_for(search: Search, questions: Questions, ask: AskSearch, scope: Scope) -> Told:
    """Return what a question finds; deals count once, as they were known before they were decided."""
    filters = Filters(fields=ask.filters, without={"kind": (DEAL_STAGE,)})
    question = Question(
        text=ask.text,
        access=access_of(scope),
        filters=filters,
        limit=ask.limit,
        now=questions.clock() // 1_000_000 if ask.aged else None,
    )
    answer = search.search(question)
    with questions.cut(LATEST) as cut:
        found = tuple(_found(cut, answer, scope))
    return Told(ask=ask, answer=answer, found=found)


def _found(cut: Cut, answer: Answer, scope: Scope) -> Iterator[Found]:
    places = {hit.doc_id: subject_of(hit.doc_id) for hit in answer.hits}
    deals = [(one.partition("/")[2], stage) for one, stage in places.values() if one.startswith("deal/")]
    after = aftermaths(cut, deals, scope)
    for hit in answer.hits:
        subject, stage = places[hit.doc_id]
        name = subject.partition("/")[2]
        if subject.startswith("deal/"):
            if (name, stage) in after:
                yield Found(hit=hit, deal=after[name, stage])
            continue
        try:
            yield Found(hit=hit, document=document(cut, name, scope))
        except DocumentUnknown:
            continue
