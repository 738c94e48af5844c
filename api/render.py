"""Numbers as JSON: the shapes of journal.md, "Reading numbers"."""

from dataclasses import asdict
from decimal import Decimal
from math import isfinite

from api.wellbeing import Wellbeing
from services.boards.board import Board, Money, Place, Shown
from services.boards.explanation import BehindLine, Explanation
from services.boards.story import Chapter, Moved, Story
from services.days import to_date
from services.events.encode import rfc3339, to_mapping
from services.metrics.metric import Metric
from services.metrics.words import Words
from services.view import AsOf, HappenedBy, Latest, View
from streams.ledger.deadletters import DeadLetter
from streams.scaled.around import Around, by_topic

Json = dict[str, object]


def board_json(board: Board) -> Json:
    """Return a board."""
    return {
        "metric": board.metric.id,
        "definition_version": board.metric.version,
        "rules_version": board.rules,
        "period": period_json(board),
        "view": view_json(board.view),
        "position": board.position,
        "applied_at": rfc3339(board.applied_us) if board.position else None,
        "zone": board.zone,
        "unit": board.metric.unit,
        "by": board.by,
        "rows": [place_json(place) for place in board.places],
        "total": value_json(board.total),
    }


def period_json(board: Board) -> Json:
    """Return the period of a board."""
    period = board.period
    return {
        "label": period.label,
        "from": str(to_date(period.first_day)),
        "to": str(to_date(period.last_day)),
    }


def view_json(view: View) -> Json:
    """Return from where the past is seen."""
    match view:
        case Latest():
            return {"kind": "latest"}
        case AsOf():
            return {"kind": "as_of", "at": rfc3339(view.at_us)}
        case HappenedBy():
            return {"kind": "happened_by", "at": rfc3339(view.at_us)}


def place_json(place: Place) -> Json:
    """Return a row of a board."""
    return {
        "rank": place.rank,
        "id": place.id,
        "name": place.name,
        "team": place.team or None,
        "team_name": place.team_name or None,
        **value_json(place.value),
    }


def value_json(value: Shown) -> Json:
    """Return a value with its sample."""
    found: Json = {"value": money_json(value.money) if value.money else number_json(value.number)}
    if value.moneys and value.money:
        days = [str(to_date(day)) for day in value.rate_days]
        found["values"] = [money_json(money) for money in value.moneys]
        found["converted"] = {**money_json(value.money), "rate_days": days}
    found["sample"] = value.sample
    if value.distinct is not None:
        found["distinct"] = value.distinct
    if value.note:
        found["note"] = value.note
    if value.parts:
        found["parts"] = {name: value_json(part) for name, part in value.parts.items()}
    return found


def money_json(money: Money) -> Json:
    """Return an amount of money."""
    return {"amount": f"{money.amount:f}", "currency": money.currency}


def number_json(number: Decimal | None) -> int | float | None:
    """Return a number as JSON has it."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def words_json(words: Words) -> dict[str, str]:
    """Return words in both languages."""
    return {"en": words.en, "zh": words.zh}


def definition_json(metric: Metric) -> Json:
    """Return the published definition of a metric."""
    return {
        "metric": metric.id,
        "version": metric.version,
        "unit": metric.unit,
        "title": words_json(metric.title),
        "time_field": words_json(metric.time_field),
        "value_field": words_json(metric.value_field),
        "owner_rule": words_json(metric.owner_rule),
        "filter": words_json(metric.filter),
        "currency_rule": words_json(metric.currency_rule),
        "less_is_better": metric.ranked_down,
    }


def explanation_json(explanation: Explanation) -> Json:
    """Return what is behind a number."""
    board = explanation.board
    place = next(one for one in board.places if one.id == explanation.rep)
    return {
        "metric": board.metric.id,
        "definition_version": board.metric.version,
        "rules_version": board.rules,
        "period": period_json(board),
        "view": view_json(board.view),
        "rep": {"id": explanation.rep, "name": explanation.name},
        **value_json(place.value),
        "lines_total": explanation.lines_total,
        "lines": [line_json(line) for line in explanation.lines],
    }


def line_json(line: BehindLine) -> Json:
    """Return one line of the journal with its event."""
    return {
        "measure": line.measure,
        "day": str(to_date(line.day)),
        "dims": line.dims,
        "value": line.value,
        "share": number_json(line.number),
        "amount": None if line.amount is None else {"amount": f"{line.amount:f}", "currency": line.currency},
        "subject": line.subject,
        "title": line.title or None,
        "position": line.position,
        "applied_at": rfc3339(line.applied_us),
        "event": {
            "type": line.event_type,
            "id": line.event_id,
            "source": line.source,
            "time": rfc3339(line.time_us),
        },
    }


def story_json(story: Story) -> Json:
    """Return the story of a deal."""
    deal = story.deal
    return {
        "deal": story.id,
        "status": deal.status,
        "owner": deal.owner or None,
        "account": deal.account or None,
        "pipeline": deal.pipeline or None,
        "stage": deal.stage or None,
        "amount": deal.amount,
        "currency": deal.currency or None,
        "deleted": deal.deleted,
        "merged_into": deal.merged_into or None,
        "anomalies": list(deal.anomalies),
        "timeline": [chapter_json(chapter) for chapter in story.chapters],
    }


def chapter_json(chapter: Chapter) -> Json:
    """Return one event of a story and what it moved."""
    known = chapter.known
    return {
        "position": known.position,
        "applied_at": rfc3339(known.applied_us),
        "event": to_mapping(known.event),
        "moved": [moved_json(moved) for moved in chapter.moved],
    }


def moved_json(moved: Moved) -> Json:
    """Return a line that an event wrote."""
    return {
        "measure": moved.measure,
        "rep": moved.rep or None,
        "day": str(to_date(moved.day)),
        "dims": moved.dims,
        "value": moved.value,
        "roots": moved.n,
        "share": number_json(moved.share),
        "amount": None if moved.amount is None else {"amount": f"{moved.amount:f}", "currency": moved.currency},
    }


def wellbeing_json(found: Wellbeing) -> Json:
    """Return how everything is; null is what is not known now."""
    return {
        "status": found.status,
        "remarks": [{"code": remark.code, "level": remark.level} for remark in found.remarks],
        "at": rfc3339(found.at_us),
        "version": found.version,
        "uptime_seconds": round(found.uptime_seconds, 3),
        "trouble": found.trouble,
        "disk": {"free_ratio": round(found.disk_free, 4), "free_bytes": found.disk_free_bytes},
        "backup_age_seconds": found.backup_seconds if isfinite(found.backup_seconds) else None,
        "store": _kept_json(found),
        "around": _around_json(found.around) if found.around else None,
    }


def _kept_json(found: Wellbeing) -> Json | None:
    kept = found.kept
    if kept is None:
        return None
    return {
        "kind": "postgres" if found.scaled else "sqlite",
        "size_bytes": kept.size_bytes,
        "accounting": {**asdict(kept.accounting), "gap": kept.accounting.gap},
        "dead_letters": [asdict(letters) for letters in kept.letters],
        "rules": kept.rules and {"version": kept.rules.no, "zone": kept.rules.zone, "tzdata": kept.rules.tzdata},
    }


def _around_json(around: Around) -> Json:
    return {
        "looked_at": rfc3339(around.looked_us),
        "kafka": not around.kafka_away,
        "missing_topics": list(around.missing),
        "workers": around.workers,
        "nodes": around.nodes,
        "lag": [asdict(delay) for delay in by_topic(around.lag)],
    }


def letter_json(letter: DeadLetter, *, raw: bool = False) -> Json:
    """Return a dead letter, with what was delivered when `raw` is asked for."""
    found: Json = {
        "id": letter.id,
        "received_at": rfc3339(letter.received_us),
        "class": letter.kind,
        "reason": letter.reason,
        "detail": letter.detail,
        "source": letter.source,
        "event_id": letter.event_id,
        "type": letter.type,
        "attempts": letter.attempts,
        "status": letter.status,
    }
    if raw:
        found["raw"] = letter.raw.decode("utf-8", "replace")
    return found
