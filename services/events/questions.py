"""Events of questions: what people asked because search found nothing good, and what became of it."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta, Struct

from services.events.fields import DealId, DocumentId, RepId, Text
from services.events.knowledge import Language, Words

Because: TypeAlias = Annotated[
    Literal["verifies_nearest", "wrote_nearest", "owns_play", "leads_team", "assigned"],
    Meta(
        description="Why it goes to this person: they verify or wrote the nearest documents, stand behind a play for "
        "what it was narrowed to, lead the asker's team, or somebody gave it to them."
    ),
]
Nearest: TypeAlias = Annotated[
    tuple[DocumentId, ...], Meta(max_length=10, description="The documents that the choice rests on, nearest first.")
]


class QuestionAsked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody asked what search could not answer; asked again while it is open it is the same question."""

    texts: ClassVar[tuple[str, ...]] = ("text",)

    text: Text
    by: RepId
    language: Language | None = None
    deal: DealId | None = None
    kinds: Words = ()
    products: Words = ()
    competitors: Words = ()
    industries: Words = ()
    tags: Words = ()
    expert: RepId | None = None
    because: Because | None = None
    nearest: Nearest = ()


class QuestionAssigned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question was given to somebody else; to nobody where no expert is named."""

    expert: RepId | None = None
    by: RepId | None = None


class QuestionAnswered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document answers a question."""

    document: DocumentId
    by: RepId | None = None


class QuestionDeclined(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody is going to answer a question, for a reason that its asker reads."""

    texts: ClassVar[tuple[str, ...]] = ("text",)

    by: RepId | None = None
    text: Text | None = None


class QuestionDismissed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question was put aside without an answer or a reason: it waits for nobody, until it is taken up again."""

    by: RepId | None = None


class QuestionRestored(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question that was put aside or declined waits again, for whom it waited before."""

    by: RepId | None = None


QuestionData: TypeAlias = (
    QuestionAsked | QuestionAssigned | QuestionAnswered | QuestionDeclined | QuestionDismissed | QuestionRestored
)
