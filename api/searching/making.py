"""What is read of the store, as documents of the index; and who may find them."""

from collections.abc import Iterator, Mapping

from api.searching.plain import plain
from search.index.access import Access
from search.index.document import Document
from search.ranking.likeness import Traits
from services.deals.bands import BANDS, neighbours, size_band
from services.money import ScaleError, to_minor
from services.scope import Scope
from streams.answers.searchable import DealRead, DocumentRead, Then

DEAL, DEAL_STAGE = "deal", "deal_stage"
"""A deal as it was known before it was decided, which everybody searches; and before it left an earlier stage."""
HISTORY, SNAPSHOT = "history", "snapshot"
_SECOND_US = 1_000_000
_NEIGHBOURS: Mapping[str, tuple[str, ...]] = {band: neighbours(band) for band in BANDS}


def access_of(scope: Scope) -> Access:
    """Return the names under which an asker reads."""
    own = (f"rep:{scope.person}",) if scope.person else ()
    teams = tuple(f"team:{team}" for team in sorted(scope.teams))
    return Access(readers=("everyone", f"role:{scope.role}", *teams, *own))


def documents_of(read: DocumentRead | DealRead, currency: str) -> list[Document]:
    """Return the documents of what was read; none where there is nothing left to find.

    Amounts are compared in the currency of the company.
    """
    return _knowledge(read) if isinstance(read, DocumentRead) else list(_deal(read, currency))


def subject_of(doc_id: str) -> tuple[str, str]:
    """Return the subject of a document of the index, and the stage of a deal, empty for anything else."""
    subject, _, stage = doc_id.partition("@")
    return subject, stage


def _knowledge(read: DocumentRead) -> list[Document]:
    state, version = read.state, read.version
    if not (version.title or version.text):
        return []
    people = (f"rep:{name}" for name in (state.author, state.verifier) if name)
    words = (state.industry, state.competitor, *state.products, *state.tags)
    fields = {
        "tag": state.tags,
        "product": state.products,
        "stage": state.stages,
        "industry": _some(state.industry.casefold()),
        "competitor": _some(state.competitor.casefold()),
        "deal_id": _some(state.deal),
        "account_id": _some(state.account),
        "author": _some(state.author),
    }
    return [
        Document(
            id=f"document/{read.id}",
            rev=read.rev,
            kind=state.kind,
            title=version.title or read.id,
            text=plain(version.text or "", version.title),
            readers=("role:admin", *state.readers, *people),
            lead=", ".join(word for word in words if word),
            updated_at=version.time_us // _SECOND_US,
            fields={name: values for name, values in fields.items() if values},
        )
    ]


def _deal(read: DealRead, currency: str) -> Iterator[Document]:
    owner = (f"rep:{read.state.owner}",) if read.state.owner else ()
    team = (f"team:{read.team}",) if read.team else ()
    last = len(read.thens) - 1
    for place, then in enumerate(read.thens):
        stay = then.stay
        traits = traits_of(then, currency)
        left = stay.left.event.time_us // _SECOND_US if stay.left else None
        fields = {
            **traits.values,
            "deal_id": (read.id,),
            "account_id": _some(stay.state.account),
            "stage": _some(stay.key if read.history else ""),
            "outcome": (read.state.status,),
            "source": (HISTORY if read.history else SNAPSHOT,),
        }
        yield Document(
            id=f"deal/{read.id}@{stay.key if read.history else ''}",
            rev=read.rev,
            kind=DEAL if place == last or not read.history else DEAL_STAGE,
            title=stay.title,
            text="\n\n".join(stay.notes),
            readers=("role:admin", *owner, *team),
            lead=", ".join(_words(then)),
            updated_at=left,
            fields={name: values for name, values in fields.items() if values},
            numbers={"amount_minor": traits.amount_minor} if traits.amount_minor > 0 else {},
        )
        if not read.history:
            return


def _words(then: Then) -> list[str]:
    """Return what a deal was about, in words."""
    words = (then.account.industry, *then.stay.state.products, *then.stay.competitors, *then.stay.reasons)
    return [word for word in words if word]


def text_of(then: Then) -> str:
    """Return what is compared of a deal that is asked about."""
    return "\n\n".join(part for part in (then.stay.title, *then.stay.notes) if part)


def traits_of(then: Then, currency: str) -> Traits:
    """Return what a deal was about as it was known then."""
    account, state = then.account, then.stay.state
    values = {
        "industry": _some(account.industry.casefold()),
        "size_band": _some(size_band(account.size)),
        "region": _some(account.region.casefold()),
        "product": state.products,
        "competitor": tuple(one.casefold() for one in then.stay.competitors),
        "team": _some(then.team),
    }
    return Traits(
        values={name: found for name, found in values.items() if found},
        amount_minor=_minor(state.amount, state.currency, currency),
        neighbours=_NEIGHBOURS,
    )


def _minor(amount: str | None, own: str, currency: str) -> int:
    if amount is None or own != currency:
        return 0
    try:
        return max(0, to_minor(amount, own))
    except ScaleError:
        return 0


def _some(value: str) -> tuple[str, ...]:
    return (value,) if value else ()
