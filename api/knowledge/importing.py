"""Documents from files into events: what is new, what changed, what stays, and what cannot be taken."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Literal

import msgspec

from api.knowledge.drafts import DocumentRefused, Draft
from api.knowledge.fields import KINDS, said_of
from api.knowledge.people import People
from api.knowledge.rows import Found
from services.days import from_time
from services.documents.language import language_of
from services.documents.versions import Version
from services.errors import Rejected
from services.events.bounds import composed
from services.events.catalogue import TYPES
from services.events.encode import rfc3339
from services.events.refusal import refusal_of
from services.identity import identify

BATCH = 100
Became = Literal["new", "changed", "same"]
Wire = dict[str, object]
Submit = Callable[[Sequence[Mapping[str, object]]], Sequence[str]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What is the same for all documents of an import.

    :ivar folder: the name that ids are made from: the same folder again, wherever it lies, is the same documents.
    :ivar readers: who may read those that name nobody; `kind` is what those are that do not say.
    :ivar overwrite: whether what was changed here since the last import gives way.
    """

    folder: str
    secret: bytes
    now: datetime
    readers: tuple[str, ...] = ()
    kind: str = "note"
    overwrite: bool = False

    @property
    def source(self) -> str:
        """Return the source of the events."""
        return f"import/{self.folder}"

    def id_of(self, name: str) -> str:
        """Return the id of a document by its name in the folder."""
        return identify(self.secret, "document", self.source, name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A document with what an import does to it.

    :ivar wire: the event, None when it stays as it is.
    :ivar closed: whether nobody but admins, its author and its verifier may read it.
    """

    id: str
    name: str
    title: str
    became: Became
    kind: str
    language: str
    closed: bool
    wire: Wire | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything that an import would do: documents read = new + changed + same + refused."""

    options: Options
    documents: tuple[Planned, ...]
    refused: tuple[DocumentRefused, ...]

    @property
    def counts(self) -> Counter[str]:
        """Return how many documents become what."""
        return Counter(one.became for one in self.documents)


@dataclass(slots=True)
class Report:
    """What became of a plan."""

    plan: Plan
    words: Counter[str] = field(default_factory=Counter)
    turned: list[DocumentRefused] = field(default_factory=list)


def plan(found: Iterable[Found], options: Options, people: People, known: Callable[[str], Sequence[Version]]) -> Plan:
    """Return what an import does; `known` gives the versions of a document that the store has."""
    planned: list[Planned] = []
    refused: list[DocumentRefused] = []
    for one in found:
        if isinstance(one, DocumentRefused):
            refused.append(one)
            continue
        try:
            planned.append(_planned(one, options, people, known(options.id_of(one.name))))
        except DocumentRefused as refusal:
            refused.append(refusal)
    return Plan(options=options, documents=tuple(planned), refused=tuple(refused))


def _planned(draft: Draft, options: Options, people: People, versions: Sequence[Version]) -> Planned:
    data = _data(draft, options, people)
    name = options.id_of(draft.name)
    became = _became(draft, data, versions, options)
    wire = None if became == "same" else _wire(name, draft, data, versions, options)
    return Planned(
        id=name,
        name=draft.name,
        title=draft.title,
        became=became,
        kind=str(data["kind"]),
        language=str(data["language"]),
        closed=not data["readers"],
        wire=wire,
    )


def _data(draft: Draft, options: Options, people: People) -> Wire:
    """Return the data of the event; raise `DocumentRefused` for what the door would not take."""
    said = draft.fields
    found: Wire = {"kind": said.get("kind", options.kind), "title": draft.title, "text": draft.text}
    if found["kind"] not in KINDS:
        raise DocumentRefused(draft.name, "doc_field", f"kind: must be one of {', '.join(KINDS)}")
    language = said.get("language")
    written = {"en", "zh", "mul", "ja"}
    found["language"] = language if language in written else language_of(f"{draft.title}\n{draft.text}")
    found["readers"] = said.get("readers", list(options.readers))
    found |= {key: said[key] for key in ("tags", "products", "stages", "industry", "competitor") if key in said}
    if "verify_every_days" in said:
        found["verify_every_days"] = said["verify_every_days"]
    found |= {key: people.one(draft.name, key, str(said[key])) for key in ("author", "verifier") if key in said}
    if "deal" in said:
        found["deal"] = people.deal(str(said["deal"]))
    if "playbook" in said:
        found["playbook"] = people.playbook(str(said["playbook"]), options.id_of)
    try:
        msgspec.convert(composed(found), TYPES["document.written"])
    except msgspec.ValidationError as error:
        raise DocumentRefused(draft.name, "doc_field", said_of(refusal_of(str(error)))) from None
    return found


def _became(draft: Draft, data: Wire, versions: Sequence[Version], options: Options) -> Became:
    """Return what becomes of a document; one that was changed here since the last import is not written over."""
    if not versions:
        return "new"
    before = [version for version in versions if version.source == options.source]
    if before and before[-1].text is None:
        raise DocumentRefused(draft.name, "doc_erased", "its text was erased here and is not brought back")
    if before and _same(before[-1], data):
        return "same"
    if versions[-1].source != options.source and not options.overwrite:
        raise DocumentRefused(
            draft.name, "doc_conflict", "it was changed in the file and here as well; --overwrite takes the file"
        )
    return "changed"


def _same(version: Version, data: Wire) -> bool:
    return msgspec.convert(composed(data), TYPES["document.written"]) == version.event.data


def _wire(name: str, draft: Draft, data: Wire, versions: Sequence[Version], options: Options) -> Wire:
    """Return the event; a first version is from the day that it says, all others from now."""
    content = msgspec.json.encode([name, versions[-1].token if versions else "", data], order="sorted")
    dated = draft.day is not None and not versions and draft.day.year >= 2000 and draft.day < options.now.date()
    when = datetime.combine(draft.day, time(), UTC) if dated and draft.day else options.now
    found: Wire = {
        "specversion": "1.0",
        "id": hashlib.sha256(content).hexdigest()[:32],
        "source": options.source,
        "type": "document.written",
        "subject": f"document/{name}",
        "time": rfc3339(from_time(when)),
        "imported": True,
        "data": data,
    }
    return found | ({"dateonly": True} if dated else {})


def run(made: Plan, submit: Submit, progress: Progress) -> Report:
    """Hand the events of a plan in, some at a time, and return what became of them."""
    report = Report(plan=made)
    waiting = [one for one in made.documents if one.wire is not None]
    for start in range(0, len(waiting), BATCH):
        group = waiting[start : start + BATCH]
        for one, word in zip(group, submit([one.wire for one in group if one.wire]), strict=True):
            kind, _, rest = word.partition(":")
            report.words[kind] += 1
            if kind not in ("applied", "duplicate"):
                report.turned.append(_turned(one.name, kind, rest))
        progress(min(start + BATCH, len(waiting)), len(waiting))
    return report


def _turned(name: str, kind: str, said: str) -> DocumentRefused:
    """Return why the door did not take a document."""
    if kind != "rejected":
        return DocumentRefused(name, "doc_dead_letter", f"it is among the dead letters ({said})")
    code, pointer, detail = said.split(":", 2)
    return DocumentRefused(name, "doc_field", said_of(Rejected(code, detail, pointer=pointer)))
