"""The telling of a history: each change of a deal in order, as events that are the same in every snapshot."""

from services.importing.context import Context
from services.importing.facts.deals import DealRow
from services.importing.facts.history import Change, Placed
from services.importing.telling.standing import Fields, Value, remembered
from services.importing.telling.story import CREATION, UPDATES, Story
from services.importing.telling.wire import time_text
from services.importing.values.dates import When, whole_day

_SHORT = 12
_KEPT = ("reason", "competitor", "closed_amount")


class Chronicle:
    """Walks through the changes of one deal and tells them to its story."""

    def __init__(self, story: Story, context: Context) -> None:
        self._story = story
        self._context = context
        self._now: Fields = {"status": "open"}
        self._typed: str | None = None
        self._planned = False

    def tell(self, changes: list[Placed], row: DealRow | None) -> None:
        """Tell changes in order; a row of the same deal gives what the history says nothing of.

        Events that an earlier snapshot sent are left out; what the history covers is then known to the story.
        """
        story, sent = self._story, set(self._story.standing.sent)
        before, known = list(story.events), story.known
        story.timeless = True
        covered = {placed.change.field for placed in changes}
        self._planned = "expected_close" in covered
        self._now |= {name: row.fields[name] for name in _KEPT if row and name not in covered and name in row.fields}
        rest = self._begin(changes, row, covered)
        for placed in rest:
            self._change(placed)
        story.timeless = False
        fresh = [made for made in story.events[len(before) :] if str(made["id"])[:_SHORT] not in sent]
        told = [str(made["id"])[:_SHORT] for made in story.events[len(before) :]]
        story.events = before + fresh
        story.standing.sent = tuple(sorted(sent.union(told)))
        final = {name: value for name, value in self._now.items() if value is not None or name in covered}
        if known:
            names = _touched(fresh)
            final = {name: value for name, value in final.items() if name in names}
        story.standing.fields = {**story.standing.fields, **remembered(final)}
        story.known = True

    def _begin(self, changes: list[Placed], row: DealRow | None, covered: set[str]) -> list[Placed]:
        """Tell the creation and return the changes that come after it.

        What is said at the first moment belongs to the creation, unless the row knows that it was earlier:
        then the old values of the first changes do.
        """
        first = changes[0].when
        born = row.created if row and row.created and row.created.us < first.us else None
        fields: Fields = {}
        if row:
            fields = {name: row.fields[name] for name in CREATION if name not in covered and row.fields.get(name)}
            if "stage" in covered:
                fields.pop("pipeline", None)
        rest = changes
        if born is None:
            rest = self._gather(changes, fields, first)
        else:
            self._recall(changes, fields)
            if born.us >= first.us and born.day is None:
                born = whole_day(born.local(self._context.zone))
        self._now.update(fields)
        self._story.emit("deal.created", born or first, {k: v for k, v in fields.items() if v}, told={})
        return rest

    def _gather(self, changes: list[Placed], fields: Fields, first: When) -> list[Placed]:
        """Put the first value of each field at the first moment into the creation."""
        rest: list[Placed] = []
        for placed in changes:
            change = placed.change
            name, free = change.field, placed.when.us == first.us and change.field not in fields
            if free and name == "created":
                continue
            if free and (name in CREATION and (name != "stage" or change.kind == "open")):
                fields[name] = change.value
                if name == "stage":
                    fields["pipeline"] = change.pipeline
                if name == "amount" and change.value:
                    fields.setdefault("currency", change.currency or self._context.currency)
                continue
            rest.append(placed)
        return rest

    def _recall(self, changes: list[Placed], fields: Fields) -> None:
        """Put what each field was before its first change into the creation."""
        seen: set[str] = set()
        for placed in changes:
            change = placed.change
            if change.field in seen or change.field not in CREATION:
                continue
            seen.add(change.field)
            if change.old:
                fields[change.field] = change.old
                if change.field == "stage":
                    fields["pipeline"] = change.pipeline
                if change.field == "amount":
                    fields.setdefault("currency", change.currency or self._context.currency)

    def _change(self, placed: Placed) -> None:
        change = placed.change
        match change.field:
            case "stage":
                self._stage(placed)
            case "status":
                self._outcome(placed, change)
            case "owner":
                if change.value != self._now.get("owner"):
                    self._emit("deal.owner_changed", placed, {"owner": change.value})
            case "closed":
                self._close_date(placed)
            case "reason" | "competitor" | "closed_amount":
                self._about_the_end(placed)
            case "pipeline":
                pass
            case _ if change.field in UPDATES and change.value != self._now.get(change.field):
                self._update(placed)
        if change.field not in ("stage", "status", "closed", "created"):
            self._now[change.field] = change.value

    def _stage(self, placed: Placed) -> None:
        change = placed.change
        if change.kind != "open":
            self._outcome(placed, change)
            return
        moved = change.pipeline != self._now.get("pipeline")
        if self._now["status"] != "open":
            self._emit("deal.reopened", placed, {"stage": change.value})
            self._now["status"] = "open"
        elif change.value != self._now.get("stage") or moved:
            content: Fields = {"stage": change.value}
            if moved:
                content["pipeline"] = change.pipeline
            self._emit("deal.stage_changed", placed, content)
        self._now["stage"], self._now["pipeline"] = change.value, change.pipeline

    def _outcome(self, placed: Placed, change: Change) -> None:
        """Tell that the deal was won, lost or opened again, when it was not already so."""
        was, status = self._now["status"], change.kind
        if status == was:
            return
        if status == "open":
            self._emit("deal.reopened", placed, {})
        else:
            day = placed.when.local(self._context.zone).isoformat()
            closed_on = self._typed if self._typed and self._typed <= day and placed.when.day is None else None
            content: Fields = {"closed_on": closed_on or (day if placed.when.day else None)}
            content |= {name: self._now.get(name) for name in ("reason", "competitor")}
            if self._now.get("closed_amount"):
                content["amount"] = self._now["closed_amount"]
                content["currency"] = self._now.get("currency") or self._context.currency
            if status == "won":
                content.pop("competitor", None)
            self._end(f"deal.{status}", placed, {name: value for name, value in content.items() if value})
            self._now["closed_on"] = closed_on or day
        self._now["status"] = status

    def _end(self, kind: str, placed: Placed, content: Fields) -> None:
        """Tell an end under an id that its details do not change, unless it ended twice at that moment."""
        again = any(made["type"] == kind and made["time"] == time_text(placed.when) for made in self._story.events)
        told: Fields | None = None if again else {}
        self._story.emit(kind, placed.when, content, sequence=placed.sequence, told=told)

    def _close_date(self, placed: Placed) -> None:
        """A close date of an open deal is a plan; that of a closed one corrects its end."""
        day = placed.change.value
        self._typed = day if isinstance(day, str) else None
        if self._now["status"] == "open":
            if not self._planned and day != self._now.get("expected_close"):
                self._emit("deal.updated", placed, {"expected_close": day})
                self._now["expected_close"] = day
        elif day and day != self._now.get("closed_on"):
            self._emit(f"deal.{self._now['status']}", placed, {"closed_on": day})
            self._now["closed_on"] = day

    def _about_the_end(self, placed: Placed) -> None:
        change = placed.change
        status = self._now["status"]
        if status == "open" or not change.value or change.value == self._now.get(change.field):
            return
        if change.field == "competitor" and status == "won":
            return
        content: Fields = {change.field: change.value}
        if change.field == "closed_amount":
            content = {"amount": change.value, "currency": self._currency(change)}
        self._emit(f"deal.{status}", placed, content)

    def _update(self, placed: Placed) -> None:
        change = placed.change
        content: Fields = {change.field: change.value or None}
        if change.field == "amount" and change.value:
            content["currency"] = self._now["currency"] = self._currency(change)
        self._emit("deal.updated", placed, content)

    def _currency(self, change: Change) -> Value:
        return change.currency or self._now.get("currency") or self._context.currency

    def _emit(self, kind: str, placed: Placed, content: Fields) -> None:
        self._story.emit(kind, placed.when, content, sequence=placed.sequence)


def _touched(events: list[dict[str, object]]) -> set[str]:
    """Return the fields that some events of a deal say something about."""
    names: set[str] = set()
    for made in events:
        content = made["data"]
        names |= set(content) if isinstance(content, dict) else set()
        if made["type"] in ("deal.won", "deal.lost", "deal.reopened"):
            names |= {"status", "closed_on", "closed_amount", "reason", "competitor"}
        if made["type"] in ("deal.stage_changed", "deal.reopened"):
            names |= {"stage", "pipeline"}
    return names
