"""Documents as JSON for programs."""

from collections.abc import Container, Iterable

from api.knowledge.health import Examination
from api.render import Json
from services.documents.difference import Line
from services.documents.health import AILMENTS, SHARE_WANTED
from services.documents.record import Record
from services.documents.versions import Version
from services.events.encode import rfc3339
from streams.answers.asked import Asked
from streams.answers.contradictions import Contradiction
from streams.answers.documents import Listed


def listed_json(one: Listed) -> Json:
    """Return a document without its text."""
    state = one.state
    return {
        "id": one.id,
        "title": one.title,
        "kind": state.kind,
        "language": state.language or None,
        "author": state.author or None,
        "readers": list(state.readers),
        "trust": one.trust,
        "verifier": state.verifier or None,
        "verify_every_days": state.verify_every_days,
        "verified_at": rfc3339(state.verified.at.us) if state.verified else None,
        "verified_by": (state.verified.by or None) if state.verified else None,
        "until": None if one.until_us is None else rfc3339(one.until_us),
        "contradicted_at": rfc3339(state.contradicted.us) if state.contradicted else None,
        "archived": state.archived is not None,
        "versions": state.versions,
        "written_at": rfc3339(one.last_us),
        "deal": state.deal or None,
        "account": state.account or None,
        "playbook": state.playbook or None,
        "tags": list(state.tags),
        "products": list(state.products),
        "stages": list(state.stages),
        "industry": state.industry or None,
        "competitor": state.competitor or None,
        "uses": state.uses,
        "helpful": {"yes": state.helpful, "answers": len(state.votes)},
    }


def version_json(version: Version, *, text: bool = True) -> Json:
    """Return a version; its text is null where it was erased."""
    found: Json = {
        "number": version.number,
        "base": version.token,
        "written_at": rfc3339(version.time_us),
        "author": version.author or None,
        "source": version.source,
        "title": version.title,
    }
    return found | ({"text": version.text} if text else {})


def record_json(record: Record, seen: Iterable[str]) -> Json:
    """Return what became of the deals that used a document; deals are named that the asker sees."""
    names = frozenset(seen)
    return {
        "won": record.count("won"),
        "lost": record.count("lost"),
        "open": record.count("open"),
        "closed_before": record.count("before"),
        "sample": record.sample,
        "contradicted": record.contradicted,
        "means": "association, not cause",
        "deals": [
            {"deal": use.deal, "used_at": rfc3339(use.used_us), "became": use.became}
            for use in record.uses
            if use.deal in names
        ],
    }


def document_json(one: Listed, versions: Iterable[Version], record: Record, seen: Iterable[str]) -> Json:
    """Return a document with its text, its versions without theirs, and its record."""
    known = list(versions)
    return listed_json(one) | {
        "text": known[-1].text if known else None,
        "base": known[-1].token if known else None,
        "history": [version_json(version, text=False) for version in known],
        "record": record_json(record, seen),
    }


def difference_json(lines: Iterable[Line]) -> list[Json]:
    """Return the lines of a comparison."""
    return [{"way": line.way, "text": line.text} for line in lines]


def health_json(found: Examination) -> Json:
    """Return the health of documents: the share that is verified, and who suffers from what."""
    health = found.health
    return {
        "documents": health.documents,
        "verified": health.verified,
        "wanted_share": SHARE_WANTED,
        "ailing": {
            ailment: [listed_json(found.documents[name]) for name in health.of(ailment)] for ailment in AILMENTS
        },
    }


def question_json(one: Asked, seen: Container[str]) -> Json:
    """Return a question; documents are named that are in `seen`. Texts are null where they were erased."""
    state = one.state
    return {
        "id": one.id,
        "text": one.text or None,
        "status": state.status,
        "asked_at": rfc3339(one.asked_us),
        "by": state.by,
        "language": state.language or None,
        "deal": state.deal or None,
        "filters": {
            "kind": list(state.kinds),
            "product": list(state.products),
            "competitor": list(state.competitors),
            "industry": list(state.industries),
            "tag": list(state.tags),
        },
        "expert": state.expert or None,
        "because": state.because or None,
        "nearest": [name for name in state.nearest if name in seen],
        "document": state.document if state.document and state.document in seen else None,
        "reason": one.reason or None,
        "closed_at": rfc3339(state.closed.us) if state.closed else None,
        "closed_by": state.closed_by or None,
    }


def said_json(said: Iterable[Contradiction]) -> Json:
    """Return what was said against a document."""
    return {
        "contradictions": [
            {"by": one.by or None, "deal": one.deal or None, "text": one.text or None, "at": rfc3339(one.time_us)}
            for one in said
        ]
    }
