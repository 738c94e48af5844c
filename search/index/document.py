"""A document as search knows it, and the points that it becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha1
from typing import TYPE_CHECKING
from uuid import UUID

from search.index.port import KEYWORDS, NUMBERS, Payload, Point, Value
from search.index.traits import of_fields
from search.text.chunks import CHUNKER_VERSION, Span, chunks, passage
from search.text.script import chinese_share
from search.text.sparse import weigh
from search.text.tokens import TOKENISER_VERSION, tokens

if TYPE_CHECKING:
    from search.ports import Embedder, Vectors

TENANT = "company"
"""One company per installation."""
CHINESE_FROM = 0.5
"""A text with this share of Chinese or more is Chinese when one language has to be named."""
_NAMESPACE = UUID("6c0f5f0e-9a1d-5c53-9f6e-3f1f0c1f7a11")
_OWN = frozenset({"tenant", "readers", "doc_id", "part", "kind", "language", "status", "rev", "updated_at"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One revision of a document; `rev` grows with every change, and a smaller one never replaces a larger.

    `readers` are who may find it, such as "public", "team:sales", "user:7"; with none of them, nobody may. `lead` is
    put before every passage with the title: the key fields in words. `fields` are named in `port.KEYWORDS`, `numbers`
    in `port.NUMBERS`; those that `traits` knows let documents of like subjects find each other.
    """

    id: str
    rev: int
    kind: str
    title: str
    text: str
    readers: tuple[str, ...]
    lead: str = ""
    status: str = "active"
    updated_at: int | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    tenant: str = TENANT


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A document ready to be written: the point that makes its revision the one that is read, and its passages."""

    document: Document
    head: Point
    passages: tuple[Point, ...]


def language_of(text: str) -> str:
    """Return "zh" or "en": which of the two most of a text is written in."""
    return "zh" if chinese_share(text) >= CHINESE_FROM else "en"


def head_id(tenant: str, doc_id: str) -> str:
    """Return the id of the point that says which revision of a document is read."""
    return _id(f"{tenant}|{doc_id}")


def passage_id(tenant: str, doc_id: str, rev: int, chunk: int) -> str:
    """Return the id of a passage of a revision."""
    return _id(f"{tenant}|{doc_id}|{rev}|{chunk}")


def _id(name: str) -> str:
    """Return the UUID of a name, version 5 of RFC 9562, without the objects of `uuid`: a question needs a hundred."""
    digest = bytearray(sha1(_NAMESPACE.bytes + name.encode("utf-8"), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    found = digest.hex()
    return f"{found[:8]}-{found[8:12]}-{found[12:16]}-{found[16:20]}-{found[20:]}"


def scoped(tenant: str, readers: Sequence[str]) -> list[str]:
    """Return readers as they are kept: with their company, so that one condition holds both apart."""
    return [f"{tenant}/{reader}" for reader in dict.fromkeys(readers)]


def prepare(documents: Sequence[Document], embedder: "Embedder | None") -> list[Prepared]:
    """Cut, tokenise and embed documents, all of their passages in one go; without a model there are no vectors."""
    cut = [chunks(document.text) or [Span(0, len(document.text))] for document in documents]
    texts = [
        passage(document.title, document.lead, document.text[span.start : span.end])
        for document, spans in zip(documents, cut, strict=True)
        for span in spans
    ]
    vectors = None if embedder is None or not texts else embedder.encode(texts)
    found, first = [], 0
    for document, spans in zip(documents, cut, strict=True):
        vector = None if vectors is None else vectors[first : first + len(spans)]
        found.append(_prepared(document, spans, vector, "" if embedder is None else embedder.name))
        first += len(spans)
    return found


def content_hash(document: Document, model: str) -> str:
    """Return what changes when the passages or the vectors of a document would."""
    parts = (document.title, document.lead, document.text, model, str(CHUNKER_VERSION), str(TOKENISER_VERSION))
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _prepared(document: Document, spans: Sequence[Span], vectors: "Vectors | None", model: str) -> Prepared:
    shared = _shared(document)
    read = [tokens(document.text[span.start : span.end]) for span in spans]
    head_tokens = tokens(passage(document.title, document.lead, ""))
    share = chinese_share(document.text)
    passages = []
    for number, span in enumerate(spans):
        body = document.text[span.start : span.end]
        near = [token for place in (number - 1, number + 1) if 0 <= place < len(read) for token in read[place]]
        place: dict[str, Value] = {"chunk": number, "start": span.start, "end": span.end, "text": body}
        passages.append(
            Point(
                id=passage_id(document.tenant, document.id, document.rev, number),
                payload={**shared, "part": "passage", **place},
                dense=None if vectors is None else vectors[number],
                sparse=weigh([*head_tokens, *read[number]], near, chinese=share),
            )
        )
    own: dict[str, Value] = {"title": document.title, "chunks": len(spans), "hash": content_hash(document, model)}
    traits = of_fields(document.fields, document.numbers)
    head = Point(id=head_id(document.tenant, document.id), payload={**shared, "part": "head", **own}, sparse=traits)
    return Prepared(document=document, head=head, passages=tuple(passages))


def _shared(document: Document) -> Payload:
    """Return the fields that every point of a document has, for every filter must find all of them."""
    wrong = (set(document.fields) - (set(KEYWORDS) - _OWN)) | (set(document.numbers) - (set(NUMBERS) - _OWN))
    if wrong or "/" in document.tenant:
        raise ValueError(f"no such fields: {sorted(wrong)}, or a company with a slash: {document.tenant}")
    named: dict[str, Value] = {name: list(values) for name, values in document.fields.items()}
    numbers: dict[str, Value] = dict(document.numbers)
    moment: dict[str, Value] = {} if document.updated_at is None else {"updated_at": document.updated_at}
    return {
        **named,
        **numbers,
        **moment,
        "tenant": document.tenant,
        "readers": scoped(document.tenant, document.readers),
        "doc_id": document.id,
        "rev": document.rev,
        "kind": document.kind,
        "status": document.status,
        "language": language_of(f"{document.title}\n{document.text}"),
    }
