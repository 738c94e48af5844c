"""Pipelines and their stages as people call them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.org.pipelines import Pipeline


@dataclass(frozen=True, slots=True)
class Stages:
    """The pipelines of a company."""

    pipelines: Mapping[str, Pipeline]

    def of(self, pipeline: str, stage: str) -> str:
        """Return what a stage is called, its id when it was not laid down."""
        known = self.pipelines.get(pipeline, Pipeline()).stages
        return next((one.name for one in known if one.id == stage and one.name), stage)

    def dims(self, dims: str) -> str:
        """Return the traits of a posting: stages by name, and the pipeline only where there are several."""
        first, *rest = dims.split("/")
        if first not in self.pipelines:
            return dims
        words = [self.of(first, stage) for stage in rest]
        pipeline = [self.pipelines[first].name or first] if len(self.pipelines) > 1 else []
        return " · ".join([*pipeline, *([" → ".join(words)] if words else [])])
