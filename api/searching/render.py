"""Answers of search as JSON, each hit with why it was found."""

from api.render import Json
from api.searching.asking import Found, Told
from api.searching.likes import Alike, LikeDeal, Sample
from api.searching.service import Status
from search.ranking.answer import Snippet
from services.events.encode import rfc3339
from streams.answers.aftermath import Aftermath, Step

_DIGITS = 4
_OWN = ("kind", "deal_id", "stage", "outcome", "industry", "size_band", "region", "product", "competitor", "tag")


def told_json(told: Told) -> Json:
    """Return an answer; `good` is false when the best of it is no better than what chance finds."""
    return {
        "query": told.ask.text,
        "language": told.answer.language,
        "filters": {name: list(values) for name, values in told.ask.filters.items()},
        "good": told.good,
        "by_meaning": told.answer.with_model,
        "identifiers": list(told.answer.identifiers),
        "hits": [found_json(one) for one in told.found],
    }


def found_json(found: Found) -> Json:
    """Return a hit with why it was found."""
    hit, why = found.hit, found.hit.why
    said: Json = {
        "id": hit.doc_id,
        "path": found.path,
        "title": found.title,
        "kind": str(hit.fields.get("kind", "")),
        "language": hit.language,
        "score": round(hit.score, _DIGITS),
        "snippet": _snippet(hit.snippet),
        "why": {
            "by_meaning": round(why.share, _DIGITS),
            "semantic": round(why.semantic, _DIGITS),
            "keyword": round(why.keyword, _DIGITS),
            "cosine": round(why.cosine, _DIGITS),
            "matched": list(why.matched),
            "other_language": why.across,
            "boosts": {boost.name: round(boost.factor, _DIGITS) for boost in why.boosts},
        },
        "fields": {name: hit.fields[name] for name in _OWN if name in hit.fields},
    }
    if found.document is not None:
        said["trust"] = found.document.trust
    if found.deal is not None:
        said["deal"] = _after(found.deal)
    return said


def _snippet(snippet: Snippet) -> Json:
    return {
        "text": snippet.text,
        "highlights": [[span.start, span.end] for span in snippet.highlights],
        "by_meaning": snippet.by_meaning,
    }


def alike_json(found: Alike) -> Json:
    """Return past deals like one, won and lost ones apart, with how the most alike ended."""
    return {
        "deal": found.deal,
        "stage": found.stage or None,
        "stages": list(found.stages),
        "history": found.history,
        "text": found.has_text,
        "by_meaning": found.with_model,
        "weight": round(found.asked_share, _DIGITS),
        "weight_used": round(found.share, _DIGITS),
        "sample": _sample(found.sample),
        "won": [_like(one) for one in found.won],
        "lost": [_like(one) for one in found.lost],
    }


def _sample(sample: Sample) -> Json:
    return {
        "size": sample.size,
        "won": sample.won,
        "lost": sample.lost,
        "days_to_close": {
            "median": sample.days_median,
            "won_median": sample.days_won_median,
            "lost_median": sample.days_lost_median,
            "sample": sample.days_known,
        },
    }


def _like(one: LikeDeal) -> Json:
    like = one.like
    return {
        **_after(one.after),
        "score": round(like.score, _DIGITS),
        "why": {
            "text": round(like.text, _DIGITS),
            "likeness": round(like.likeness.score, _DIGITS),
            "likeness_share": round(like.share, _DIGITS),
            "matched": list(like.matched),
            "other_language": like.across,
            "traits": [
                {
                    "trait": share.trait,
                    "value": share.value or None,
                    "alike": round(share.alike, _DIGITS),
                    "weight": round(share.weight, _DIGITS),
                }
                for share in like.likeness.shares
            ],
        },
        "sentence": None if like.snippet is None else _snippet(like.snippet),
    }


def _after(after: Aftermath) -> Json:
    outcome = after.state.outcome
    return {
        "deal": after.deal,
        "title": after.title,
        "account": after.account,
        "outcome": after.state.status,
        "amount": after.state.amount,
        "currency": after.state.currency or None,
        "reason": (outcome.reason if outcome else "") or None,
        "closed_at": rfc3339(outcome.at.us) if outcome else None,
        "days_to_close": after.days,
        "history": after.history,
        "next_steps": [step_json(step) for step in after.steps],
        "next_steps_total": after.steps_total,
    }


def step_json(step: Step) -> Json:
    """Return a step, by days after the stage was left."""
    return {"kind": step.kind, "stage": step.name or None, "days": step.days}


def status_json(status: Status) -> Json:
    """Return how far the index is."""
    return {
        "documents": status.documents,
        "passages": status.passages,
        "model": status.model or None,
        "waiting": status.waiting,
        "complete": status.complete,
        "remaking": status.remaking,
        "roots_read": status.roots_read,
        "roots_total": status.roots_total,
        "trouble": status.trouble or None,
    }
