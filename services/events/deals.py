"""Events of deals."""

from typing import Annotated, ClassVar, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from services.events.fields import (
    Amount,
    BasisPoints,
    Currency,
    Day,
    DealId,
    OptionalAccount,
    OptionalRep,
    OptionalText,
    OptionalWord,
    PipelineId,
    ProductId,
    RepId,
    StageId,
    Text,
)

OptionalPipeline: TypeAlias = PipelineId | None | UnsetType
OptionalStage: TypeAlias = StageId | None | UnsetType
OptionalAmount: TypeAlias = Amount | None | UnsetType
OptionalCurrency: TypeAlias = Currency | None | UnsetType
OptionalDay: TypeAlias = Day | None | UnsetType
Products: TypeAlias = Annotated[tuple[ProductId, ...], Meta(max_length=200, description="Product ids.")]


class DealCreated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deal came to be, with the fields known at that moment."""

    texts: ClassVar[tuple[str, ...]] = ("title",)

    account: OptionalAccount = UNSET
    owner: OptionalRep = UNSET
    pipeline: OptionalPipeline = UNSET
    stage: OptionalStage = UNSET
    amount: OptionalAmount = UNSET
    currency: OptionalCurrency = UNSET
    products: Products | None | UnsetType = UNSET
    source: OptionalWord = UNSET
    expected_close: OptionalDay = UNSET
    title: OptionalText = UNSET


class DealUpdated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields of a deal changed; absent is no change, null clears."""

    texts: ClassVar[tuple[str, ...]] = ("title",)

    account: OptionalAccount = UNSET
    owner: OptionalRep = UNSET
    pipeline: OptionalPipeline = UNSET
    stage: OptionalStage = UNSET
    amount: OptionalAmount = UNSET
    currency: OptionalCurrency = UNSET
    products: Products | None | UnsetType = UNSET
    source: OptionalWord = UNSET
    expected_close: OptionalDay = UNSET
    title: OptionalText = UNSET


class DealStageChanged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deal moved to another stage, perhaps of another pipeline."""

    stage: StageId
    pipeline: OptionalPipeline = UNSET


class DealOwnerChanged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deal went to another owner; null is nobody."""

    owner: RepId | None


class Share(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rep's share of a deal."""

    rep: RepId
    share_bp: BasisPoints


class DealSplitChanged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The credit for a deal was split: revenue shares sum to 10000, overlay shares stand beside them."""

    revenue: Annotated[tuple[Share, ...], Meta(max_length=50, description="Revenue shares; empty is no split.")]
    overlay: Annotated[tuple[Share, ...], Meta(max_length=50, description="Overlay shares.")] = ()


class DealWon(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deal was won. Won again without a reopening between, it corrects the win."""

    closed_on: OptionalDay = UNSET
    amount: OptionalAmount = UNSET
    currency: OptionalCurrency = UNSET
    reason: OptionalWord = UNSET


class DealLost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deal was lost."""

    closed_on: OptionalDay = UNSET
    amount: OptionalAmount = UNSET
    currency: OptionalCurrency = UNSET
    reason: OptionalWord = UNSET
    competitor: OptionalWord = UNSET


class DealReopened(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A closed deal was opened again; without a stage it returns to the one it was in."""

    stage: OptionalStage = UNSET


class DealMerged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deal became part of another one and counts for nothing by itself."""

    into: DealId


class DealDeleted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deal was deleted at its source; only a later `deal.restored` brings it back."""


class DealRestored(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deleted deal was brought back."""


class DealNoted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody wrote a note on a deal."""

    texts: ClassVar[tuple[str, ...]] = ("text",)

    text: Text
    author: RepId | None = None


DealData: TypeAlias = (
    DealCreated
    | DealUpdated
    | DealStageChanged
    | DealOwnerChanged
    | DealSplitChanged
    | DealWon
    | DealLost
    | DealReopened
    | DealMerged
    | DealDeleted
    | DealRestored
    | DealNoted
)
