"""The pipelines of an export: stages that it lists and stages that its deals were only seen in."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from services.identity import identify, normalised
from services.importing.context import Context
from services.importing.facts.cells import WORD_MAX, Cells
from services.importing.meaning.stages import Stage, StageKind, in_order, kind_of, probabilities, word_id
from services.importing.tables.table import Row
from services.importing.values.texts import is_true

_NUMBER = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(%?)$")


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """A pipeline with its stages by every text that means them."""

    id: str
    name: str
    stages: dict[str, Stage] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class StageLine:
    """A stage as a preview shows it; `assumed` when the probability is not the export's."""

    pipeline: str
    stage: str
    kind: StageKind
    probability: str
    assumed: bool


# A pipeline.defined event can carry as many; a log with more activities than that is no pipeline.
STAGES_MAX = 100


class Pipelines:
    """All pipelines of one export; a deal without one is in the export's own."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pipelines: dict[str, Pipeline] = {}
        self._by_text: dict[str, str] = {}
        self._listed: set[str] = set()
        self._chances: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._orders: dict[str, dict[str, int]] = {}
        self._cache: dict[tuple[str, str], tuple[Pipeline, Stage]] = {}

    def list_stage(self, cells: Cells, row: Row) -> None:
        """Take in a row of a list of stages."""
        pipeline = self._pipeline(cells.word(row, "pipeline_key") or cells.word(row, "pipeline"))
        if name := cells.word(row, "pipeline"):
            pipeline.name = name
            self._by_text[normalised(name)] = pipeline.id
        key, name = cells.word(row, "key"), cells.word(row, "name")
        order = cells.text(row, "order")
        stage = Stage(
            id=word_id(self._context.secret, "stage", self._context.export, key or name),
            name=name or key,
            kind=self._listed_kind(cells, row, key, name),
            order=int(order) if order.isdigit() else None,
            probability=self._probability(cells, row),
        )
        self._listed.add(pipeline.id)
        pipeline.stages[stage.id] = stage
        for text in (key, name):
            if text:
                pipeline.texts.setdefault(normalised(text), stage.id)

    def _listed_kind(self, cells: Cells, row: Row, key: str, name: str) -> StageKind:
        said = {normalised(key), normalised(name)}
        if said & self._context.won:
            return "won"
        if said & self._context.lost:
            return "lost"
        if is_true(cells.text(row, "is_won")):
            return "won"
        if is_true(cells.text(row, "is_closed")):
            return "lost"
        by_kind = kind_of(cells.text(row, "kind"), frozenset(), frozenset())
        return by_kind if by_kind != "open" else kind_of(name or key, frozenset(), frozenset())

    def _probability(self, cells: Cells, row: Row) -> str:
        percent = any(_above_one(text) for text in cells.sheet.texts("probability"))
        return probability(cells.text(row, "probability"), percent=percent)

    def _pipeline(self, text: str) -> Pipeline:
        known = self._by_text.get(normalised(text))
        if known is None:
            known = identify(self._context.secret, "pipeline", self._context.export, normalised(text))
            self._by_text[normalised(text)] = known
            self._pipelines[known] = Pipeline(id=known, name=(text or self._context.export)[:WORD_MAX])
        return self._pipelines[known]

    def stage(self, pipeline_text: str, stage_text: str) -> tuple[Pipeline, Stage]:
        """Return the stage that a deal means, and its pipeline; a stage that nobody listed is made."""
        key = (pipeline_text, stage_text)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._found(pipeline_text, stage_text)
        return found

    def _found(self, pipeline_text: str, stage_text: str) -> tuple[Pipeline, Stage]:
        said = normalised(stage_text)
        if not pipeline_text:
            where = [self._pipelines[known] for known in self._listed if said in self._pipelines[known].texts]
            if len(where) == 1:
                return where[0], where[0].stages[where[0].texts[said]]
        pipeline = self._pipeline(pipeline_text)
        if said not in pipeline.texts:
            self._see(pipeline, stage_text)
        return pipeline, pipeline.stages[pipeline.texts[said]]

    def _see(self, pipeline: Pipeline, text: str) -> None:
        """Make a stage that was only seen, after the list without a pipeline when that has it."""
        said, context = normalised(text), self._context
        shared = self._pipelines.get(self._by_text.get("", ""))
        if shared is not None and said in shared.texts:
            stage = shared.stages[shared.texts[said]]
        else:
            kind = kind_of(text, context.won, context.lost)
            stage = Stage(id=word_id(context.secret, "stage", context.export, text), name=text[:WORD_MAX], kind=kind)
        pipeline.texts[said] = stage.id
        pipeline.stages.setdefault(stage.id, stage)

    def pipeline(self, text: str) -> Pipeline:
        """Return the pipeline that a deal without a stage is in."""
        return self._pipeline(text)

    def chance(self, pipeline: Pipeline, stage: Stage, value: str) -> None:
        """Note the probability that a deal in a stage has, 0 to 1."""
        self._chances[(pipeline.id, stage.id)][value] += 1

    def remember(self, pipeline_id: str, name: str, stages: list[Stage]) -> None:
        """Take in stages that an earlier snapshot knew, so that a stage without deals does not vanish."""
        pipeline = self._pipelines.get(pipeline_id)
        if pipeline is None or pipeline_id in self._listed:
            return
        for stage in stages:
            if stage.id not in pipeline.stages:
                pipeline.stages[stage.id] = replace(stage, order=None)

    def words(self) -> set[str]:
        """Return every text that means a stage, normalised."""
        return {said for pipeline in self._pipelines.values() for said in pipeline.texts}

    def used(self) -> list[Pipeline]:
        """Return the pipelines that have stages, listed or seen."""
        return [pipeline for pipeline in self._pipelines.values() if pipeline.stages]

    def defined(self, pipeline: Pipeline) -> list[Stage]:
        """Return the stages of a pipeline in order, each with its probability."""
        stages = [self._with_chance(pipeline, stage) for stage in in_order(pipeline.stages.values())]
        surplus = {stage.id for stage in [s for s in stages if s.kind == "open"][: max(0, len(stages) - STAGES_MAX)]}
        stages = [stage for stage in stages if stage.id not in surplus]
        return [replace(stage, probability=value) for stage, value in zip(stages, probabilities(stages), strict=True)]

    def _with_chance(self, pipeline: Pipeline, stage: Stage) -> Stage:
        seen = self._chances.get((pipeline.id, stage.id))
        if stage.probability or not seen or stage.kind != "open":
            return stage
        return replace(stage, probability=min(seen, key=lambda value: (-seen[value], value)))

    def lines(self) -> list[StageLine]:
        """Return every stage as a preview shows it."""
        found = []
        for pipeline in self.used():
            known = {s.id: self._with_chance(pipeline, s).probability for s in pipeline.stages.values()}
            found += [
                StageLine(
                    pipeline=pipeline.name,
                    stage=stage.name,
                    kind=stage.kind,
                    probability=stage.probability,
                    assumed=stage.kind == "open" and not known[stage.id],
                )
                for stage in self.defined(pipeline)
            ]
        return found

    def order(self, pipeline_id: str, stage_id: str) -> int:
        """Return the place of a stage in its pipeline, from 0; call it when all stages were seen."""
        if pipeline_id not in self._orders:
            stages = self.defined(self._pipelines[pipeline_id])
            self._orders[pipeline_id] = {stage.id: place for place, stage in enumerate(stages)}
        return self._orders[pipeline_id].get(stage_id, 0)


def _above_one(text: str) -> bool:
    shape = _NUMBER.match(text)
    return bool(shape) and float(shape[1].replace(",", ".")) > 1 if shape else False


def percent_column(cells: Cells) -> bool:
    """Return whether a sheet writes probabilities as percentages."""
    return any(_above_one(text) for text in set(cells.sheet.texts("probability")))


def probability(text: str, *, percent: bool) -> str:
    """Return a probability as a decimal string, 0 to 1, "" for none; `percent` if the column has such."""
    shape = _NUMBER.match(text)
    if shape is None:
        return ""
    try:
        value = Decimal(shape[1].replace(",", "."))
    except InvalidOperation:
        return ""
    if percent or shape[2]:
        value /= 100
    return f"{value.quantize(Decimal('0.0001')).normalize():f}" if 0 <= value <= 1 else ""
