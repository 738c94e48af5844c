"""The story of one deal: what its rows and its history say that was not said before, as events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.events.catalogue import RANKS
from services.importing.context import Context
from services.importing.facts.cells import AHEAD_US
from services.importing.facts.deals import DealRow
from services.importing.telling.standing import Fields, Standing, Value, changed, remembered
from services.importing.telling.wire import event
from services.importing.values.dates import When, whole_day

CREATION = (
    "account",
    "owner",
    "pipeline",
    "stage",
    "amount",
    "currency",
    "products",
    "source",
    "expected_close",
    "title",
)
UPDATES = ("account", "amount", "currency", "products", "source", "expected_close", "title")
CLOSING = ("closed_on", "closed_amount", "reason", "competitor")


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """One snapshot of an export: its digest, and the moment when its import first started."""

    export: str
    snapshot: str
    start: When


class Story:
    """Collects the events of one root and keeps its standing up to date with them."""

    def __init__(self, subject: str, standing: Standing, context: Context, edition: Edition, *, known: bool) -> None:
        self.events: list[dict[str, object]] = []
        self.standing = standing
        self.known = known
        self.timeless = False
        self._subject = subject
        self._context = context
        self._edition = edition

    def emit(
        self,
        kind: str,
        when: When,
        content: Mapping[str, Value],
        *,
        sequence: int = 0,
        told: Mapping[str, Value] | None = None,
    ) -> None:
        """Add one event; those of a history (`timeless`) get ids that are the same in every snapshot.

        `told` stands in the id for the content where that may be completed from elsewhere.
        """
        made = event(
            kind,
            self._subject,
            when,
            content,
            export=self._edition.export,
            snapshot="" if self.timeless else self._edition.snapshot,
            sequence=sequence,
            told=told,
        )
        self.events.append(made)
        self.standing.at_us, self.standing.rank = max((self.standing.at_us, self.standing.rank), (when.us, RANKS[kind]))

    def tell(self, row: DealRow) -> None:
        """Say what a row says: a beginning when the deal is unknown, then every difference."""
        if row.deleted:
            self._delete()
            return
        if not self.known:
            self._begin(row)
        self._move(row)

    def delete(self) -> None:
        """Say that the deal is gone."""
        self._delete()

    def _delete(self) -> None:
        if self.known and not self.standing.gone:
            self.emit("deal.deleted", self._moment([], "deal.deleted"), {})
            self.standing.gone = True

    def _begin(self, row: DealRow) -> None:
        """Say that the deal came to be; when only its end is dated, not when it was created."""
        born, kind = self._birth(row)
        fields = {name: row.fields[name] for name in CREATION if row.fields.get(name)}
        self.emit(kind, born, fields)
        self.standing.fields = remembered({**fields, "status": "open"})
        self.known = True

    def _birth(self, row: DealRow) -> tuple[When, str]:
        closed = row.closed if row.closed and self._is_past(row.closed) else None
        if row.created is None:
            when = closed or row.modified
            return (when, "deal.updated") if when else (self._edition.start, "deal.created")
        if closed is None or row.created.us <= closed.us:
            return row.created, "deal.created"
        day = row.created.local(self._context.zone)
        if closed.day is not None and day <= closed.day:
            return whole_day(day), "deal.created"
        return closed, "deal.created"

    def _is_past(self, when: When) -> bool:
        """Return whether a time lies before the import began, whenever that is resumed."""
        return when.us <= self._edition.start.us + (AHEAD_US if when.day else 0)

    def _moment(self, candidates: Sequence[When | None], first_kind: str) -> When:
        """Return the first time that lies after all that was said before; else the start of the import."""
        last = (self.standing.at_us, self.standing.rank)
        for when in (*candidates, self._edition.start):
            if when is not None and self._is_past(when) and (when.us, RANKS[first_kind]) > last:
                return when
        return When(last[0] + 1)

    def _move(self, row: DealRow) -> None:
        """Say every difference between a row and what was said last, all at one moment."""
        last = self.standing.fields
        was, status = last.get("status", "open"), row.fields["status"]
        differences = changed(row.fields, last)
        if not differences and not self.standing.gone:
            return
        closing = status not in ("open", was)
        first = _first_kind(differences, "open" if status == "open" else str(status))
        when = self._moment([row.closed if closing else None, row.modified], first)
        if self.standing.gone:
            self.emit("deal.restored", self._moment([], "deal.restored"), {})
            self.standing.gone = False
        self._update(row.fields, differences, when)
        if "stage" in differences and not (was != "open" and status == "open"):
            self._stage(row.fields, differences, when)
        if status != "open":
            self._close(row.fields, differences, when, anew=closing)
        elif was != "open":
            self._reopen(row.fields, when)
        self.standing.fields = {**self.standing.fields, **remembered(row.fields)}

    def _update(self, fields: Fields, differences: Fields, when: When) -> None:
        updates: Fields = {name: differences[name] or None for name in UPDATES if name in differences}
        if "pipeline" in differences and "stage" not in differences:
            updates["pipeline"] = differences["pipeline"]
        if updates.get("amount") and fields.get("currency"):
            updates["currency"] = fields["currency"]
        if updates:
            self.emit("deal.updated", when, updates)
        if "owner" in differences:
            self.emit("deal.owner_changed", when, {"owner": differences["owner"]})

    def _stage(self, fields: Fields, differences: Fields, when: When) -> None:
        content: Fields = {"stage": fields["stage"]}
        if "pipeline" in differences:
            content["pipeline"] = fields["pipeline"]
        self.emit("deal.stage_changed", when, content)

    def _close(self, fields: Fields, differences: Fields, when: When, *, anew: bool) -> None:
        """Say that the deal was won or lost, or what else is now known of how it was."""
        told = [name for name in CLOSING if fields.get(name) and (anew or name in differences)]
        if not anew and not told:
            return
        content: Fields = {("amount" if name == "closed_amount" else name): fields[name] for name in told}
        if "amount" in content:
            content["currency"] = fields.get("currency")
        self.emit(f"deal.{fields['status']}", when, content)

    def _reopen(self, fields: Fields, when: When) -> None:
        stage = fields.get("stage")
        self.emit("deal.reopened", when, {"stage": stage} if stage else {})
        for name in CLOSING:
            self.standing.fields.pop(name, None)


def _first_kind(differences: Fields, status: str) -> str:
    """Return the type of the first event that some differences make."""
    if differences.keys() & {*UPDATES, "owner", "pipeline"}:
        return "deal.updated"
    if "stage" in differences:
        return "deal.stage_changed"
    return "deal.reopened" if status == "open" else f"deal.{status}"
