"""The fold of a document: its versions, who stands behind it, and how it was judged."""

from typing import assert_never

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from services.days import from_date
from services.events.envelope import Event
from services.events.knowledge import (
    DocumentArchived,
    DocumentContradicted,
    DocumentData,
    DocumentFoundHelpful,
    DocumentRestored,
    DocumentUpdated,
    DocumentUsed,
    DocumentUseWithdrawn,
    DocumentVerified,
    DocumentWritten,
    Kind,
)
from services.journal.entry import Entry, Moment, Step, moment_of

VERIFY_EVERY_DAYS = 90
# What an event may change field by field; null makes it empty again.
_WORDS = ("author", "language", "deal", "account", "playbook", "industry", "competitor", "verifier")
_LISTS = ("readers", "tags", "products", "stages")


class Verification(msgspec.Struct, frozen=True, array_like=True):
    """That somebody confirmed the version that stands; `until_day` is a day number where they named one."""

    at: Moment
    by: str = ""
    until_day: int | None = None


class Vote(msgspec.Struct, frozen=True, array_like=True):
    """The last answer of a person to whether it helped, credited to who was the author then."""

    by: str
    at: Moment
    helpful: bool
    author: str


class Document(msgspec.Struct, frozen=True, array_like=True):
    """A document without its texts, which can be erased and are read from the archive.

    :ivar author: who wrote the version that stands; `first_author` the first one.
    :ivar versions: how many there are; `first` and `last` are when they were written.
    :ivar verified: the confirmation of the version that stands, None after a new version or for another verifier.
    :ivar contradicted: since when somebody holds that it is wrong, None when it was verified since.
    :ivar uses: how often it was used, repeats included, those left out that were taken back; deals are counted from
        the journal.
    """

    kind: Kind = "note"
    author: str = ""
    first_author: str = ""
    language: str = ""
    readers: tuple[str, ...] = ()
    deal: str = ""
    account: str = ""
    playbook: str = ""
    tags: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    industry: str = ""
    competitor: str = ""
    verifier: str = ""
    verify_every_days: int = VERIFY_EVERY_DAYS
    versions: int = 0
    first: Moment | None = None
    last: Moment | None = None
    verified: Verification | None = None
    contradicted: Moment | None = None
    archived: Moment | None = None
    uses: int = 0
    votes: tuple[Vote, ...] = ()

    @property
    def helpful(self) -> int:
        """Return how many people found it helpful."""
        return sum(vote.helpful for vote in self.votes)


def evolve(document: Document | None, data: DocumentData, event: Event) -> Step[Document]:
    """Return the document after one more event and what this changes."""
    old = document or Document()
    at = moment_of(event)
    new = _apply(old, data, at)
    used = _used(old, data, at) if isinstance(data, DocumentUsed) else ()
    return Step(new, (*used, *entries(new)), entries(old))


def _apply(document: Document, data: DocumentData, at: Moment) -> Document:
    match data:
        case DocumentWritten():
            return _written(_changed(document, data), at)
        case DocumentUpdated():
            return _changed(document, data)
        case DocumentVerified():
            until = None if data.until is None else from_date(data.until)
            return replace(document, verified=Verification(at, data.by or "", until), contradicted=None)
        case DocumentArchived():
            return replace(document, archived=at)
        case DocumentRestored():
            return replace(document, archived=None)
        case DocumentUsed():
            return replace(document, uses=document.uses + 1)
        case DocumentUseWithdrawn():
            # The uses that it takes back were left out before; see withdrawn.py.
            return document
        case DocumentFoundHelpful():
            others = (vote for vote in document.votes if vote.by != (data.by or ""))
            votes = (*others, Vote(data.by or "", at, data.helpful, document.author))
            return replace(document, votes=tuple(sorted(votes, key=lambda vote: vote.by)))
        case DocumentContradicted():
            return replace(document, contradicted=document.contradicted or at)
        case _:
            assert_never(data)


def _written(document: Document, at: Moment) -> Document:
    """Return a document with one more version, which nobody has verified yet."""
    first = document.versions == 0
    return replace(
        document,
        versions=document.versions + 1,
        first=at if first else document.first,
        first_author=document.author if first else document.first_author,
        last=at,
        verified=None,
    )


def _changed(document: Document, data: DocumentWritten | DocumentUpdated) -> Document:
    """Return a document with the fields that an event names; for another verifier it is unverified again."""
    changes: dict[str, object] = {}
    for name in (*_WORDS, *_LISTS):
        value = getattr(data, name, UNSET)
        if value is not UNSET:
            changes[name] = value or ("" if name in _WORDS else ())
    if data.kind is not UNSET:
        changes["kind"] = data.kind
    if data.verify_every_days is not UNSET:
        changes["verify_every_days"] = data.verify_every_days or VERIFY_EVERY_DAYS
    if changes.get("verifier", document.verifier) != document.verifier:
        changes["verified"] = None
    return replace(document, **changes) if changes else document


def _used(document: Document, data: DocumentUsed, at: Moment) -> tuple[Entry, ...]:
    """Return the use of a document in a deal, and the assist of its author when a colleague used it."""
    by, author = data.by or "", document.author
    used = Entry("document_used", by, at, dims=document.kind, count_bp=0, subject=data.deal)
    if not author or not by or by == author:
        return (used,)
    return (used, Entry("assist", author, at, dims=document.kind, count_bp=0, subject=data.deal))


def entries(document: Document) -> tuple[Entry, ...]:
    """Return what a document counts for by itself: that it was written, and the last answer of each person."""
    if document.first is None:
        return ()
    written = Entry(
        "document_written", document.first_author, document.first, dims=document.kind, subject=document.deal
    )
    votes = (
        Entry("document_helpful", vote.author, vote.at, value=int(vote.helpful), subject=vote.by)
        for vote in document.votes
    )
    return (written, *votes)
