"""A pipeline and its stages."""

from typing import Literal

import msgspec

from services.events.envelope import Event
from services.events.org import PipelineDefined
from services.journal.entry import Step


class PipelineStage(msgspec.Struct, frozen=True, array_like=True):
    """One stage; `probability` is a decimal string from 0 to 1."""

    id: str
    name: str
    order: int
    probability: str
    kind: Literal["open", "won", "lost"]


class Pipeline(msgspec.Struct, frozen=True, array_like=True):
    """A pipeline as laid down last, its stages in their order."""

    name: str = ""
    stages: tuple[PipelineStage, ...] = ()


def evolve(pipeline: Pipeline | None, data: PipelineDefined, event: Event) -> Step[Pipeline]:
    """Return the pipeline as laid down."""
    stages = sorted(data.stages, key=lambda stage: (stage.order, stage.id))
    found = tuple(PipelineStage(stage.id, stage.name, stage.order, stage.probability, stage.kind) for stage in stages)
    return Step(Pipeline(data.name, found))
