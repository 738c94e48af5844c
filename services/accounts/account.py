"""The fold of an account: its traits and the account that it became part of."""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.events.accounts import AccountCreated, AccountData, AccountMerged, AccountUpdated
from services.events.envelope import Event
from services.journal.entry import Moment, Step, moment_of

TRAITS = ("parent", "industry", "region", "size")


class Account(msgspec.Struct, frozen=True, array_like=True):
    """An account; what it counts for follows from the orders of all its aliases (`orders.py`)."""

    created: Moment | None = None
    parent: str = ""
    industry: str = ""
    region: str = ""
    size: str = ""
    merged_into: str = ""
    absorbed: tuple[str, ...] = ()
    anomalies: tuple[str, ...] = ()

    @property
    def hidden(self) -> bool:
        """Whether the account counts under another one."""
        return bool(self.merged_into)


def evolve(account: Account | None, data: AccountData, event: Event) -> Step[Account]:
    """Return the account after one more event; its own events count for nothing by themselves."""
    old = account or Account()
    match data:
        case AccountCreated():
            return Step(replace(_updated(old, data), created=old.created or moment_of(event)))
        case AccountUpdated():
            return Step(_updated(old, data))
        case AccountMerged():
            return Step(replace(old, merged_into=data.into))
        case _:
            assert_never(data)


def _updated(account: Account, data: AccountCreated | AccountUpdated) -> Account:
    changed: dict[str, str] = {}
    for name in TRAITS:
        value = getattr(data, name)
        if value is None or isinstance(value, str):
            changed[name] = value or ""
    return replace(account, **changed)
