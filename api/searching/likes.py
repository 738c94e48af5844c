"""Deals like mine: what they looked like at the same stage, what was done next, and how they ended."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from api.searching.failures import StageUnknown
from api.searching.making import DEAL, DEAL_STAGE, SNAPSHOT, access_of, subject_of, text_of, traits_of
from api.searching.service import Search
from search.index.access import Filters
from search.ranking.similar import TRAIT_SHARE, Like, Model
from services.deals.stays import stage_key
from services.errors import RootUnknown
from services.scope import Scope
from services.view import LATEST
from streams.answers.aftermath import Aftermath, aftermaths
from streams.answers.cut import Cut
from streams.answers.questions import Questions
from streams.answers.searchable import DealRead, Then, deal_of
from streams.answers.story import ids_of

SAMPLE_MAX = 50
"""The deals that statistics are taken over: the most alike."""
EACH = 5
"""Won deals that are shown, and as many lost ones."""
Outcome = Literal["won", "lost"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LikeDeal:
    """A past deal and why it is like the one that is asked about."""

    like: Like
    after: Aftermath


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """How the deals ended that are most alike at the stage; `days_median` is over those whose time is known."""

    won: int
    lost: int
    days_median: int | None
    days_won_median: int | None
    days_lost_median: int | None
    days_known: int

    @property
    def size(self) -> int:
        """Return how many deals that were."""
        return self.won + self.lost


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """The answer: the deal as it was known at the stage, and the past ones.

    :ivar stage: as `pipeline/stage`, empty where the deal was in none.
    :ivar stages: all stages that the deal was in.
    :ivar share: how much traits counted, 0 to 1; `asked_share` is what was asked for.
    """

    deal: str
    stage: str
    stages: tuple[str, ...]
    history: bool
    has_text: bool
    share: float
    asked_share: float
    with_model: bool
    won: tuple[LikeDeal, ...]
    lost: tuple[LikeDeal, ...]
    sample: Sample


@dataclass(frozen=True, kw_only=True, slots=True)
class AskAlike:
    """Which deal, by its id or its key at a source; at which stage, the one that it is in where none is named."""

    deal: str
    stage: str = ""
    share: float = TRAIT_SHARE
    each: int = EACH


def alike(search: Search, questions: Questions, ask: AskAlike, scope: Scope, secret: bytes) -> Alike:
    """Return past deals like one; raise `RootUnknown` or `StageUnknown`."""
    with questions.cut(LATEST) as cut:
        read = _read(cut, ask.deal, scope, secret)
        then, stage = _at(cut, read, ask.stage)
        model = Model(
            text=text_of(then),
            traits=traits_of(then, cut.organisation.company.currency),
            access=access_of(scope),
            filters=_filters(read.id, stage),
            traits_share=ask.share,
            limit=SAMPLE_MAX,
        )
        nearest = search.similar([model])[0]
        sides = [_side(search, model, nearest, outcome, ask.each) for outcome in ("won", "lost")]
        wanted = [_place(like) for like in [*nearest, *sides[0], *sides[1]]]
        after = aftermaths(cut, wanted, scope)
    won, lost = (
        [LikeDeal(like=one, after=after[_place(one)]) for one in side if _place(one) in after] for side in sides
    )
    return Alike(
        deal=read.id,
        stage=stage,
        stages=tuple(one.stay.key for one in read.thens if one.stay.key),
        history=read.history,
        has_text=bool(model.read),
        share=model.share,
        asked_share=ask.share,
        with_model=search.with_model,
        won=tuple(won),
        lost=tuple(lost),
        sample=_sample([after[_place(one)] for one in nearest if _place(one) in after]),
    )


def _read(cut: Cut, deal: str, scope: Scope, secret: bytes) -> DealRead:
    for name in ids_of(cut, deal, secret):
        found = deal_of(cut, name)
        if found is not None and scope.sees_rep(found.state.owner, found.team or None):
            return found
    raise RootUnknown(f"deal/{deal}")


def _at(cut: Cut, read: DealRead, stage: str) -> tuple[Then, str]:
    """Return what was known of a deal at a stage; at one that it has not reached, what is known now."""
    known = {one.stay.key: one for one in read.thens}
    last = read.thens[-1]
    if not stage:
        return last, last.stay.key if read.history or last.stay.left is None else ""
    for key, then in known.items():
        if stage in (key, then.stay.stage):
            return then, key
    pipeline = read.state.pipeline
    name = stage.rpartition("/")[2]
    laid_down = cut.organisation.stage(pipeline, name)
    if laid_down is None or laid_down.kind != "open":
        raise StageUnknown(stage, [key for key in known if key])
    return last, stage_key(pipeline, name)


def _filters(deal: str, stage: str) -> Filters:
    kinds = {"kind": (DEAL, DEAL_STAGE), "stage": (stage,)} if stage else {"kind": (DEAL,)}
    return Filters(fields=kinds, without={"deal_id": (deal,)})


def _side(search: Search, model: Model, nearest: Sequence[Like], outcome: Outcome, each: int) -> list[Like]:
    """Return the nearest deals of an outcome; where few were at the stage, then those whose stages nobody knows."""
    own = [one for one in nearest if one.fields.get("outcome") == [outcome]][:each]
    fields = model.filters.fields
    if len(own) < each and len(nearest) >= SAMPLE_MAX:
        only = replace(model.filters, fields={**fields, "outcome": (outcome,)})
        own = list(search.similar([replace(model, filters=only, limit=each)])[0])
    if len(own) < each and "stage" in fields:
        rows: dict[str, tuple[str, ...]] = {"kind": (DEAL,), "source": (SNAPSHOT,), "outcome": (outcome,)}
        other = replace(model.filters, fields=rows)
        own.extend(search.similar([replace(model, filters=other, limit=each - len(own))])[0])
    return own


def _place(like: Like) -> tuple[str, str]:
    subject, stage = subject_of(like.doc_id)
    return subject.partition("/")[2], stage


def _sample(after: Sequence[Aftermath]) -> Sample:
    def median(outcome: str = "") -> int | None:
        days = [one.days for one in after if one.days is not None and outcome in ("", one.state.status)]
        return round(statistics.median(days)) if days else None

    won = sum(one.state.status == "won" for one in after)
    return Sample(
        won=won,
        lost=len(after) - won,
        days_median=median(),
        days_won_median=median("won"),
        days_lost_median=median("lost"),
        days_known=sum(one.days is not None for one in after),
    )
