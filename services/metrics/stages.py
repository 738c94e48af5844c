"""Stays in stages: grouping by stage, what led forward, and weighting by probability."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

from services.metrics.row import Row
from services.org.picture import Organisation


def by_stage(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return rows by `pipeline/stage`, sorted."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        pipeline, _, rest = row.dims.partition("/")
        found[f"{pipeline}/{rest.partition('/')[0]}"].append(row)
    return dict(sorted(found.items()))


def advanced(rows: Iterable[Row], organisation: Organisation) -> list[Row]:
    """Return the stays that led to a win or to a later stage; unknown stages count as later."""
    found: list[Row] = []
    for row in rows:
        pipeline, stage, target = row.dims.split("/", 2)
        if target == "won" or (target != "lost" and _later(organisation, pipeline, stage, target)):
            found.append(row)
    return found


def _later(organisation: Organisation, pipeline: str, stage: str, target: str) -> bool:
    here, there = organisation.stage(pipeline, stage), organisation.stage(pipeline, target)
    return here is None or there is None or there.order > here.order


def weighted(rows: Iterable[Row], organisation: Organisation) -> list[Row]:
    """Return open rows with their amounts times the probability of their stage, 0 when it is not laid down."""
    found: list[Row] = []
    for row in rows:
        pipeline, _, stage = row.dims.partition("/")
        known = organisation.stage(pipeline, stage)
        share = Decimal(known.probability) if known else Decimal(0)
        amount = int((row.amount * share).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
        found.append(row._replace(amount=amount))
    return found
