"""Events of knowledge: documents that people write, verify, use in deals and judge."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from services.events.fields import (
    END,
    ID_PATTERN,
    AccountId,
    Day,
    DealId,
    DocumentId,
    OptionalRep,
    OptionalText,
    OptionalWord,
    ProductId,
    RepId,
    StageId,
    Text,
    Word,
)

Kind: TypeAlias = Annotated[
    Literal["win_review", "loss_review", "lessons", "playbook", "play", "note"],
    Meta(description="What it is: the review of a won or lost deal, lessons, a playbook, a play of one, a note."),
]
# Whoever reads: all, a role, a team or one person by their ids.
_ID = ID_PATTERN.removeprefix("^").removesuffix(END)
READER_PATTERN = rf"^(everyone|role:(admin|lead|rep|product|support|marketing)|(team|rep):{_ID}){END}"
Reader: TypeAlias = Annotated[
    str, Meta(pattern=READER_PATTERN, description="One of everyone, role:NAME, team:ID and rep:ID.")
]
Readers: TypeAlias = Annotated[
    tuple[Reader, ...],
    Meta(max_length=100, description="Who may read it; nobody but its author and verifier where nobody is named."),
]
Language: TypeAlias = Annotated[
    Literal["en", "zh", "mul", "ja", "und"],
    Meta(description="By its script: Latin, Chinese, both, Japanese, or none that is known."),
]
Days: TypeAlias = Annotated[
    int, Meta(ge=1, le=3650, description="How many days a verification holds; 90 where nothing is said.")
]
Words: TypeAlias = Annotated[tuple[Word, ...], Meta(max_length=50, description="Short words, used to group.")]
Products: TypeAlias = Annotated[tuple[ProductId, ...], Meta(max_length=50, description="Products it speaks of.")]
Stages: TypeAlias = Annotated[tuple[StageId, ...], Meta(max_length=50, description="Stages it is meant for.")]

OptionalDeal: TypeAlias = DealId | None | UnsetType
OptionalAccount: TypeAlias = AccountId | None | UnsetType
OptionalDocument: TypeAlias = DocumentId | None | UnsetType
OptionalReaders: TypeAlias = Readers | None | UnsetType
OptionalWords: TypeAlias = Words | None | UnsetType
OptionalProducts: TypeAlias = Products | None | UnsetType
OptionalStages: TypeAlias = Stages | None | UnsetType
OptionalDays: TypeAlias = Days | None | UnsetType


class DocumentWritten(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a document was written; a field that is absent stays as it was, null clears it."""

    texts: ClassVar[tuple[str, ...]] = ("title", "text")

    kind: Kind | UnsetType = UNSET
    title: OptionalText = UNSET
    text: OptionalText = UNSET
    author: OptionalRep = UNSET
    language: Language | None | UnsetType = UNSET
    readers: OptionalReaders = UNSET
    deal: OptionalDeal = UNSET
    account: OptionalAccount = UNSET
    playbook: OptionalDocument = UNSET
    tags: OptionalWords = UNSET
    products: OptionalProducts = UNSET
    stages: OptionalStages = UNSET
    industry: OptionalWord = UNSET
    competitor: OptionalWord = UNSET
    verifier: OptionalRep = UNSET
    verify_every_days: OptionalDays = UNSET


class DocumentUpdated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a document changed, not its text; absent is no change, null clears."""

    kind: Kind | UnsetType = UNSET
    readers: OptionalReaders = UNSET
    deal: OptionalDeal = UNSET
    account: OptionalAccount = UNSET
    playbook: OptionalDocument = UNSET
    tags: OptionalWords = UNSET
    products: OptionalProducts = UNSET
    stages: OptionalStages = UNSET
    industry: OptionalWord = UNSET
    competitor: OptionalWord = UNSET
    verifier: OptionalRep = UNSET
    verify_every_days: OptionalDays = UNSET


class DocumentVerified(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody confirmed that a document is right, for its interval or until a day."""

    by: RepId | None = None
    until: Day | None = None


class DocumentArchived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document was put away: it is found no longer, and what it counted for stays."""

    by: RepId | None = None
    reason: Word | None = None


class DocumentRestored(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An archived document is in use again."""

    by: RepId | None = None


class DocumentUsed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document was used in a deal; its author earns an assist unless they used it themselves."""

    deal: DealId
    by: RepId | None = None


class DocumentUseWithdrawn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A use was noted by mistake: what the same person said before of the same deal counts no longer."""

    deal: DealId
    by: RepId | None = None


class DocumentFoundHelpful(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody said whether a document helped; the last answer of a person counts."""

    helpful: Annotated[bool, Meta(description="Whether it helped.")]
    by: RepId | None = None
    deal: DealId | None = None


class DocumentContradicted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody holds that a document is wrong; it stays so until its verifier confirms it again."""

    texts: ClassVar[tuple[str, ...]] = ("text",)

    by: RepId | None = None
    deal: DealId | None = None
    text: Text | None = None


DocumentData: TypeAlias = (
    DocumentWritten
    | DocumentUpdated
    | DocumentVerified
    | DocumentArchived
    | DocumentRestored
    | DocumentUsed
    | DocumentUseWithdrawn
    | DocumentFoundHelpful
    | DocumentContradicted
)
