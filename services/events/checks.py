"""What the shape of event data cannot say: currencies, amounts, shares and references to the root itself."""

from collections.abc import Iterator
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from services.errors import Rejected
from services.events.accounts import AccountMerged
from services.events.catalogue import Data
from services.events.deals import DealCreated, DealLost, DealMerged, DealSplitChanged, DealUpdated, DealWon
from services.events.invoices import InvoicePlanned, ReceiptReceived, ReceiptRefunded
from services.events.org import (
    AdjustmentPosted,
    CompanyConfigured,
    PipelineDefined,
    QuotaSet,
    RateSet,
    RulesActivated,
)
from services.events.tickets import TicketMerged
from services.money import ScaleError, is_currency, minor_digits, to_minor

AMOUNT_MAX_DIGITS = 15
_WITH_AMOUNTS = frozenset(
    (DealCreated, DealUpdated, DealWon, DealLost, InvoicePlanned, ReceiptReceived, ReceiptRefunded)
) | {AdjustmentPosted, QuotaSet}
_OF_DEALS = (DealCreated, DealUpdated, DealWon, DealLost)
SOUND_DIGITS = 12
_MERGES = (DealMerged, AccountMerged, TicketMerged)
_OTHERS = frozenset((CompanyConfigured, RulesActivated, PipelineDefined, RateSet, QuotaSet, DealSplitChanged, *_MERGES))

Sign = Literal["any", "not_negative"]
Place = tuple[str, str]


def checked(data: Data, root_id: str) -> Data:
    """Return event data with its currency codes in capitals; raise `Rejected` for what makes no sense."""
    kind = type(data)
    if _has_currency(kind):
        data = _capitals(data)
    if kind in _WITH_AMOUNTS:
        for pointer, amount, currency, sign in _amounts(data):
            _check_amount(pointer, amount, currency, sign)
    if kind in _OTHERS:
        _check_others(data, root_id)
    return data


def _check_others(data: Data, root_id: str) -> None:
    _check_zone(data)
    _check_shares(data)
    _check_stages(data)
    if isinstance(data, QuotaSet) and (data.rep is None) == (data.team is None):
        raise Rejected("field_missing", "name either a rep or a team", pointer="/data/rep")
    if isinstance(data, DealMerged | AccountMerged | TicketMerged) and data.into == root_id:
        raise Rejected("merge_self", "a root cannot be merged into itself", pointer="/data/into")


@cache
def needs_check(kind: type[Data]) -> bool:
    """Return whether `checked` looks at anything in data of this class."""
    return kind in _WITH_AMOUNTS or kind in _OTHERS or _has_currency(kind)


def is_sound(data: Data) -> bool:
    """Return whether `checked` would surely return data of a deal as they are: the usual case, seen at a glance."""
    if not isinstance(data, _OF_DEALS):
        return False
    amount, currency = data.amount, data.currency
    if not isinstance(currency, str):
        return not isinstance(amount, str)
    if not is_currency(currency):
        return False
    if not isinstance(amount, str):
        return True
    whole, _, places = amount.partition(".")
    return len(whole) <= SOUND_DIGITS and whole[0] != "-" and len(places) <= minor_digits(currency)


@cache
def _has_currency(kind: type[Data]) -> bool:
    return not {"currency", "to"}.isdisjoint(kind.__struct_fields__)


def _capitals(data: Data) -> Data:
    """Return data whose currency codes are known and in capitals."""
    changed: dict[str, str] = {}
    for name in ("currency", "to"):
        code = getattr(data, name, None)
        if not isinstance(code, str):
            continue
        if not is_currency(code.upper()):
            raise Rejected("currency_unknown", "is no ISO 4217 currency", pointer=f"/data/{name}")
        if code != code.upper():
            changed[name] = code.upper()
    return replace(data, **changed) if changed else data


def _amounts(data: Data) -> Iterator[tuple[str, str, str, Sign]]:
    """Yield (pointer, amount, currency or "", allowed sign) of every amount."""
    match data:
        case DealCreated() | DealUpdated() | DealWon() | DealLost():
            if isinstance(data.amount, str):
                currency = data.currency if isinstance(data.currency, str) else ""
                yield "/data/amount", data.amount, currency, "not_negative"
        case InvoicePlanned():
            for index, line in enumerate(data.lines):
                yield f"/data/lines/{index}/amount", line.amount, data.currency, "not_negative"
            if data.contract_amount:
                yield "/data/contract_amount", data.contract_amount, data.currency, "not_negative"
        case ReceiptReceived() | ReceiptRefunded():
            yield "/data/amount", data.amount, "", "not_negative"
        case AdjustmentPosted():
            yield "/data/amount", data.amount, data.currency or "", "any"
        case QuotaSet():
            yield "/data/amount", data.amount, data.currency or "", "not_negative"
        case _:
            return


def _check_amount(pointer: str, amount: str, currency: str, sign: Sign) -> None:
    if sign == "not_negative" and amount.startswith("-"):
        raise Rejected("amount_sign", "must not be negative", pointer=pointer)
    if len(amount.lstrip("-").partition(".")[0].lstrip("0")) > AMOUNT_MAX_DIGITS:
        raise Rejected("amount_range", "must be below 10^15", pointer=pointer)
    if currency:
        try:
            to_minor(amount, currency)
        except ScaleError:
            raise Rejected("amount_scale", f"has more decimal places than {currency}", pointer=pointer) from None


def _check_zone(data: Data) -> None:
    if not isinstance(data, CompanyConfigured | RulesActivated) or not isinstance(data.zone, str):
        return
    try:
        ZoneInfo(data.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Rejected("zone_unknown", "is no IANA time zone", pointer="/data/zone") from None


def _check_shares(data: Data) -> None:
    if not isinstance(data, DealSplitChanged) or not data.revenue:
        return
    if sum(share.share_bp for share in data.revenue) != 10_000:
        raise Rejected("split_sum", "revenue shares must sum to 10000", pointer="/data/revenue")
    if len({share.rep for share in data.revenue}) != len(data.revenue):
        raise Rejected("split_twice", "a rep can have one revenue share", pointer="/data/revenue")


def _check_stages(data: Data) -> None:
    if isinstance(data, PipelineDefined) and len({stage.id for stage in data.stages}) != len(data.stages):
        raise Rejected("stage_twice", "stage ids must differ", pointer="/data/stages")
    if isinstance(data, RateSet) and not float(data.rate) > 0:
        raise Rejected("rate_range", "must be above zero", pointer="/data/rate")
