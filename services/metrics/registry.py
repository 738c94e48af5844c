"""All metrics by id, found by their files."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from services import metrics
from services.errors import MetricUnknown
from services.metrics.metric import Metric


@cache
def registry() -> Mapping[str, Metric]:
    """Return every metric by its id, sorted: each file of this folder that has a `METRIC` is one."""
    found: dict[str, Metric] = {}
    for module in pkgutil.iter_modules(metrics.__path__):
        if module.name != "registry":
            metric = getattr(import_module(f"{metrics.__name__}.{module.name}"), "METRIC", None)
            if isinstance(metric, Metric):
                found[metric.id] = metric
    return MappingProxyType(dict(sorted(found.items())))


def metric_of(metric_id: str) -> Metric:
    """Return a metric; raise `MetricUnknown`, which lists all ids, when there is none of that id."""
    found = registry().get(metric_id)
    if found is None:
        raise MetricUnknown(metric_id, list(registry()))
    return found
