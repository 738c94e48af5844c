"""Events of accounts, products and leads."""

from typing import Annotated, ClassVar, TypeAlias

from msgspec import UNSET, Meta, Struct

from services.events.fields import (
    AccountId,
    DealId,
    OptionalAccount,
    OptionalText,
    OptionalWord,
    RepId,
    Text,
    Word,
)


class AccountCreated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account came to be."""

    texts: ClassVar[tuple[str, ...]] = ("name",)

    name: OptionalText = UNSET
    parent: OptionalAccount = UNSET
    industry: OptionalWord = UNSET
    region: OptionalWord = UNSET
    size: OptionalWord = UNSET


class AccountUpdated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields of an account changed; absent is no change, null clears."""

    texts: ClassVar[tuple[str, ...]] = ("name",)

    name: OptionalText = UNSET
    parent: OptionalAccount = UNSET
    industry: OptionalWord = UNSET
    region: OptionalWord = UNSET
    size: OptionalWord = UNSET


class AccountMerged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account became part of another one; its orders count there from now on, the past ones too."""

    into: AccountId


class ProductCreated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A product came to be."""

    name: OptionalWord = UNSET
    family: OptionalWord = UNSET


class ProductUpdated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields of a product changed; absent is no change, null clears."""

    name: OptionalWord = UNSET
    family: OptionalWord = UNSET


class LeadCreated(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead came in, perhaps already with somebody to look after it."""

    texts: ClassVar[tuple[str, ...]] = ("name",)

    name: Text | None = None
    account: AccountId | None = None
    source: Word | None = None
    rep: RepId | None = None


class LeadAssigned(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead was given to a rep."""

    rep: RepId


class LeadResponded(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead was answered; automatic answers are not human and stop no clock."""

    human: Annotated[bool, Meta(description="Whether a person answered with something that matters.")]
    by: RepId | None = None


class LeadConverted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead became a customer's deal."""

    deal: DealId | None = None


class LeadRejected(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lead was turned down."""

    reason: Word


AccountData: TypeAlias = AccountCreated | AccountUpdated | AccountMerged
ProductData: TypeAlias = ProductCreated | ProductUpdated
LeadData: TypeAlias = LeadCreated | LeadAssigned | LeadResponded | LeadConverted | LeadRejected
