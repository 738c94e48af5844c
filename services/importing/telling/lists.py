"""What an export's lists say that was not said before, of pipelines and teams to activities."""

from collections.abc import Iterator, Mapping
from datetime import date

from services.importing.context import Context
from services.importing.facts.activities import Activity
from services.importing.facts.books import Books
from services.importing.facts.names import Thing
from services.importing.facts.pipelines import Pipeline
from services.importing.meaning.stages import Stage, StageKind
from services.importing.telling.standing import Fields, Standing, Value, changed, digest, remembered
from services.importing.telling.story import Edition
from services.importing.telling.wire import event
from services.importing.values.dates import When, whole_day

_KINDS: tuple[StageKind, ...] = ("open", "won", "lost")


class Lister:
    """Compares lists with what was said last and writes the events of the difference.

    What has no date of its own has been there since `first`, the first moment of the export: later boards
    that look back would otherwise not know the names and teams of their own time.
    """

    def __init__(self, context: Context, edition: Edition, first: When) -> None:
        self._context = context
        self._edition = edition
        self._first = first
        self.events: list[dict[str, object]] = []

    def _emit(self, kind: str, subject: str, when: When, content: Mapping[str, object]) -> None:
        edition = self._edition
        self.events.append(event(kind, subject, when, content, export=edition.export, snapshot=edition.snapshot))

    def take(self) -> list[dict[str, object]]:
        """Return the events written since the last call."""
        events, self.events = self.events, []
        return events

    def pipeline(self, pipeline: Pipeline, stages: list[Stage], last: Standing | None) -> Standing:
        """Define a pipeline, when anything in it differs."""
        lines = tuple(f"{s.id}\x1f{s.name}\x1f{place}\x1f{s.probability}\x1f{s.kind}" for place, s in enumerate(stages))
        fields: Fields = {"label": pipeline.name, "stages": lines}
        if last is None or changed(fields, last.fields):
            content = {
                "name": pipeline.name,
                "stages": [
                    {"id": s.id, "name": s.name, "order": place, "probability": s.probability, "kind": s.kind}
                    for place, s in enumerate(stages)
                ],
            }
            self._emit("pipeline.defined", f"pipeline/{pipeline.id}", self._when(last), content)
        return Standing(key=pipeline.name, fields=fields)

    def _when(self, last: Standing | None) -> When:
        return self._first if last is None else self._edition.start

    def team(self, team: Thing, books: Books, last: Standing | None) -> Standing:
        """Define a team, when its name, its parent or its lead differs; a lead must be one of the people."""
        lead = books.people.find(team.facts.get("lead") or "")
        fields: Fields = {
            "name": team.name or team.key,
            "parent": team.facts.get("parent"),
            "lead": lead.id if lead else None,
        }
        if last is None or changed(fields, last.fields):
            self._emit("team.defined", f"team/{team.id}", self._when(last), _said(fields))
        return Standing(key=team.key, fields=remembered(fields))

    def person(self, person: Thing, last: Standing | None) -> Standing:
        """Say that a person joined, and later in which team or role they are and that they left."""
        subject, facts = f"rep/{person.id}", person.facts
        fields: Fields = {
            "name": person.name or person.key,
            **{name: facts[name] for name in facts if name != "left"},
        }
        if last is None:
            self._emit("rep.joined", subject, self._first, _said(fields))
        else:
            self._person_changes(subject, fields, changed(fields, last.fields), last)
        left = facts.get("left")
        if left and (last is None or last.fields.get("left") != left):
            self._emit("rep.left", subject, whole_day(date.fromisoformat(left)), {"day": left})
        kept = {} if last is None else last.fields
        return Standing(key=person.key, fields={**kept, **remembered(fields), **({"left": left} if left else {})})

    def _person_changes(self, subject: str, fields: Fields, differences: Fields, last: Standing) -> None:
        start = self._edition.start
        undated = "team" in differences and not last.fields.get("team")
        if ("name" in differences or "email" in differences or undated) and not last.fields.get("left"):
            told: Fields = {name: fields.get(name) for name in ("name", "email", "from_day")}
            if undated:
                told["team"] = fields["team"]
            self._emit("rep.joined", subject, start, _said(told))
        if "team" in differences and not undated:
            self._emit("rep.team_changed", subject, start, {"team": differences["team"]})
        if differences.get("role"):
            self._emit("rep.role_changed", subject, start, {"role": differences["role"]})

    def account(self, account: Thing, last: Standing | None) -> Standing:
        """Say that an account came to be, or which of its fields differ."""
        facts: Fields = {name: value for name, value in account.facts.items() if name != "created"}
        fields: Fields = {"name": account.name or account.key, **facts}
        born = _moment(account.facts.get("created")) or self._first
        return self._thing("account", account, fields, born, last)

    def product(self, product: Thing, last: Standing | None) -> Standing:
        """Say that a product came to be, or which of its fields differ."""
        fields: Fields = {"name": product.name or product.key, **product.facts}
        return self._thing("product", product, fields, self._first, last)

    def _thing(self, kind: str, thing: Thing, fields: Fields, born: When, last: Standing | None) -> Standing:
        subject = f"{kind}/{thing.id}"
        if last is None:
            self._emit(f"{kind}.created", subject, born, _said(fields))
            return Standing(key=thing.key, fields=remembered(fields))
        if differences := changed(fields, last.fields):
            self._emit(f"{kind}.updated", subject, self._edition.start, differences)
        return Standing(key=thing.key, fields={**last.fields, **remembered(fields)})

    def activity(self, activity: Activity, last: Standing | None) -> Standing:
        """Say what was done, again when the row says it differently."""
        told = digest(repr((activity.when.us, sorted(activity.content.items()))))
        if last is None or last.fields.get("told") != told:
            self._emit("activity.logged", f"activity/{activity.root}", activity.when, activity.content)
        return Standing(key=activity.key, fields={"told": told})


def known_stages(standing: Standing) -> Iterator[Stage]:
    """Yield the stages of a pipeline as they were defined last."""
    lines = standing.fields.get("stages")
    for line in lines if isinstance(lines, tuple) else ():
        stage_id, name, order, probability, kind = line.split("\x1f")
        known: StageKind = next(each for each in _KINDS if each == kind)
        yield Stage(id=stage_id, name=name, kind=known, order=int(order), probability=probability)


def _said(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value}


def _moment(text: str | None) -> When | None:
    if not text:
        return None
    moment, _, day = text.partition("/")
    return When(int(moment), date.fromisoformat(day) if day else None)
