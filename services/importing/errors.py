"""Why an import as a whole cannot go on; single bad rows are refusals instead."""

from collections.abc import Iterable

from services.errors import PacelineError

_REASONS_SHOWN = 5


class FileRefused(PacelineError):
    """A file that cannot be read as a table. `code` is file_kind, file_size, file_encoding, file_columns …"""

    def __init__(self, name: str, code: str, reason: str) -> None:
        self.name = name
        self.code = code
        self.reason = reason
        super().__init__(f"{name}: {reason} ({code})")


class FieldUnknown(PacelineError):
    """A column was mapped to a field that does not exist."""

    def __init__(self, column: str, field: str, known: Iterable[str]) -> None:
        super().__init__(f"“{column}={field}”: there is no field “{field}”. There are: {', '.join(sorted(known))}.")


class ColumnUnknown(PacelineError):
    """A mapping names a column that no file has."""

    def __init__(self, column: str, known: Iterable[str]) -> None:
        super().__init__(f"No file has a column “{column}”. There are: {', '.join(sorted(set(known)))}.")


class MappingUnreadable(PacelineError):
    """A saved mapping file that cannot be used."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"The mapping file {path} cannot be used: {reason}.")


class ZoneUnknown(PacelineError):
    """A time zone that does not exist."""

    def __init__(self, zone: str) -> None:
        super().__init__(f"“{zone}” is no IANA time zone. Write one such as Asia/Shanghai or Europe/Berlin.")


class CurrencyUnknown(PacelineError):
    """A currency that does not exist."""

    def __init__(self, currency: str) -> None:
        super().__init__(f"“{currency}” is no ISO 4217 currency. Write a code such as CNY, EUR or USD.")


class NothingToImport(PacelineError):
    """No file holds anything that was understood; `reasons` says it file by file."""

    def __init__(self, reasons: Iterable[str]) -> None:
        said = list(reasons)
        more = [f"… and {len(said) - _REASONS_SHOWN} more"] if len(said) > _REASONS_SHOWN else []
        super().__init__(
            "Nothing was recognised: "
            + "; ".join(said[:_REASONS_SHOWN] + more or ["there is no CSV or JSONL file in the folder"])
            + ". Say what the columns of a file mean with --map column=field, for example --map Phase=stage; a file of "
            "deals needs a key or a title (key, title) and a stage (stage, status), and can have owner, amount, "
            "closed, created and others."
        )


class RowsRefused(PacelineError):
    """Rows were refused and the import is strict, so that nothing is sent."""

    def __init__(self, count: int, first: str) -> None:
        self.count = count
        super().__init__(f"{count} rows are refused and the import is strict; nothing was sent. First: {first}")
