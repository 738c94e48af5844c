"""The kinds of fields that event data is made of; each says what it means wherever it stands."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, UnsetType

# In Python `$` also matches before a line break at the end, in JSON Schema it does not.
END = r"$(?!\n)"
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:\-]{0,63}" + END
AMOUNT_PATTERN = r"^-?[0-9]{1,38}(\.[0-9]{1,18})?" + END

RepId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of a rep, without its kind.")]
TeamId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of a team.")]
AccountId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of an account.")]
DealId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of a deal.")]
TicketId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of a ticket.")]
ProductId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of a product.")]
PipelineId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of a pipeline.")]
StageId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of a stage in its pipeline.")]
DocumentId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of a document.")]
ReceiptId: TypeAlias = Annotated[str, Meta(pattern=ID_PATTERN, description="Id of a receipt on its invoice.")]
Amount: TypeAlias = Annotated[
    str,
    Meta(pattern=AMOUNT_PATTERN, description="Decimal amount in major units, as a string such as 1054.00."),
]
Ratio: TypeAlias = Annotated[
    str,
    Meta(pattern=r"^(0(\.[0-9]{1,9})?|1(\.0{1,9})?)" + END, description="Decimal from 0 to 1, as a string."),
]
Rate: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,12}(\.[0-9]{1,18})?" + END,
        description="Units of the other currency for one of this.",
    ),
]
Currency: TypeAlias = Annotated[
    str, Meta(pattern=r"^[A-Za-z]{3}" + END, description="ISO 4217 code; lower case is taken as upper case.")
]
Day: TypeAlias = Annotated[date, Meta(description="A date, YYYY-MM-DD.")]
Text: TypeAlias = Annotated[
    str, Meta(max_length=65_536, description="Free text: kept apart, can be erased, read by no number.")
]
Word: TypeAlias = Annotated[str, Meta(max_length=255, description="A short word of the source, used to group.")]
Zone: TypeAlias = Annotated[str, Meta(max_length=64, description="IANA time zone, such as Asia/Shanghai.")]
Weekday: TypeAlias = Annotated[int, Meta(ge=1, le=7, description="ISO weekday: 1 is Monday, 7 is Sunday.")]
Seconds: TypeAlias = Annotated[int, Meta(ge=0, le=31_622_400, description="A length of time in seconds.")]
BasisPoints: TypeAlias = Annotated[
    int, Meta(ge=0, le=100_000, description="Share in basis points: 10000 is the whole.")
]
Flag: TypeAlias = Annotated[bool, Meta(description="Yes or no.")]
Actor: TypeAlias = Annotated[Literal["person", "bot"], Meta(description="Who acted; what bots do counts for nobody.")]
MetricId: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}" + END, description="Id of a metric.")]
PeriodText: TypeAlias = Annotated[
    str, Meta(max_length=40, description="2017, 2017-Q1 (fiscal), 2017-03 or FROM..TO, both inclusive.")
]

# Absent changes nothing, null clears.
OptionalAccount: TypeAlias = AccountId | None | UnsetType
OptionalRep: TypeAlias = RepId | None | UnsetType
OptionalText: TypeAlias = Text | None | UnsetType
OptionalWord: TypeAlias = Word | None | UnsetType
