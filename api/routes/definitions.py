"""The published definitions of the metrics."""

from fastapi import APIRouter, Response

from api.render import definition_json
from api.responses import json_response
from services.metrics.registry import metric_of, registry

router = APIRouter(prefix="/api/metrics", tags=["metrics"])


@router.get("")
def definitions() -> Response:
    """Return every metric with its definition."""
    return json_response([definition_json(metric) for metric in registry().values()])


@router.get("/{metric}")
def definition(metric: str) -> Response:
    """Return the definition of one metric."""
    return json_response(definition_json(metric_of(metric)))
