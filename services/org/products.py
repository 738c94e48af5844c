"""A product: its name and family."""

import msgspec

from services.events.accounts import ProductData
from services.events.envelope import Event
from services.journal.entry import Step


class Product(msgspec.Struct, frozen=True, array_like=True):
    """A product as known last."""

    name: str = ""
    family: str = ""


def evolve(product: Product | None, data: ProductData, event: Event) -> Step[Product]:
    """Return the product after one more event; absent is no change, null clears."""
    old = product or Product()
    name = old.name if isinstance(data.name, msgspec.UnsetType) else data.name or ""
    family = old.family if isinstance(data.family, msgspec.UnsetType) else data.family or ""
    return Step(Product(name, family))
