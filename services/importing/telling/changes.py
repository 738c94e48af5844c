"""The changes of an export since it was last read: root by root, events and what is then remembered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.importing.facts.export import Export
from services.importing.facts.history import placed
from services.importing.telling.chronicle import Chronicle
from services.importing.telling.lists import Lister
from services.importing.telling.standing import Standing
from services.importing.telling.story import Edition, Story

Recall = Callable[[str], Standing | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class RootChange:
    """What is new about one root: its events in order, none when nothing is, and its standing after them."""

    subject: str
    events: list[dict[str, object]]
    standing: Standing
    known: bool


def changes(export: Export, edition: Edition, recall: Recall, missing: dict[str, str]) -> Iterator[RootChange]:
    """Yield every root of an export with its changes, lists before deals.

    `recall` gives the standing of a root as it was remembered, to be changed freely. `missing` are deals to
    delete, subject by key.
    """
    yield from _lists(export, edition, recall)
    for key in export.deal_keys():
        yield _deal(export, edition, recall, key)
    lister = Lister(export.context, edition, edition.start)
    for activity in export.activities.values():
        subject = f"activity/{activity.root}"
        last = recall(subject)
        standing = lister.activity(activity, last)
        yield RootChange(subject=subject, events=lister.take(), standing=standing, known=last is not None)
    for subject in missing.values():
        last = recall(subject)
        if last is not None:
            story = Story(subject, last, export.context, edition, known=True)
            story.delete()
            yield RootChange(subject=subject, events=story.events, standing=story.standing, known=True)


def _lists(export: Export, edition: Edition, recall: Recall) -> Iterator[RootChange]:
    """Yield pipelines, teams, people, products and accounts."""
    books = export.books
    lister = Lister(export.context, edition, export.first() or edition.start)

    def told(subject: str, last: Standing | None, standing: Standing) -> RootChange:
        return RootChange(subject=subject, events=lister.take(), standing=standing, known=last is not None)

    for pipeline in books.pipelines.used():
        last = recall(subject := f"pipeline/{pipeline.id}")
        yield told(subject, last, lister.pipeline(pipeline, books.pipelines.defined(pipeline), last))
    for team in books.teams.all():
        last = recall(subject := f"team/{team.id}")
        yield told(subject, last, lister.team(team, books, last))
    for person in books.people.all():
        last = recall(subject := f"rep/{person.id}")
        yield told(subject, last, lister.person(person, last))
    for product in books.products.all():
        last = recall(subject := f"product/{product.id}")
        yield told(subject, last, lister.product(product, last))
    for account in books.accounts.all():
        last = recall(subject := f"account/{account.id}")
        yield told(subject, last, lister.account(account, last))


def _deal(export: Export, edition: Edition, recall: Recall, key: str) -> RootChange:
    """Return one deal: first its history, then what its rows say beyond it."""
    rows, history = export.deals.get(key, []), export.changes.get(key)
    subject = f"deal/{rows[0].root if rows else export.root(key)}"
    last = recall(subject)
    story = Story(subject, last or Standing(key=key), export.context, edition, known=last is not None)
    if history and not (rows and rows[-1].deleted):
        ordered = placed(history, edition.start, export.books)
        Chronicle(story, export.context).tell(ordered, rows[-1] if rows else None)
    newer = [row for row in rows if row.modified and row.modified.us >= story.standing.version]
    for row in newer if len(rows) > 1 and newer else rows[-1:]:
        story.tell(row)
        story.standing.version = row.modified.us if row.modified else 0
    return RootChange(subject=subject, events=story.events, standing=story.standing, known=last is not None)
