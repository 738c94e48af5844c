"""What became of decided deals after they had left a stage: the steps that followed, the end, and the time it took."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.activities.activity import Activity
from services.boards.story import Known
from services.days import DAY_US
from services.deals.deal import Deal
from services.deals.stays import Stay
from services.events.deals import DealLost, DealReopened, DealStageChanged, DealWon
from services.scope import Scope
from streams.answers.cut import Cut
from streams.answers.names import titles_of
from streams.answers.searchable import DealRead, deal_of
from streams.projection.shelf import decode_root

STEPS_MAX = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something that was done: `kind` is stage, won, lost, reopened or a kind of activity.

    :ivar name: the id of the stage that it went to.
    :ivar days: how many days after the deal had left the stage that is looked at.
    """

    kind: str
    name: str
    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Aftermath:
    """A decided deal from a stage on.

    :ivar days: from entering the stage, or from the beginning of the deal where no stage is known, to its end.
    :ivar steps: the first `STEPS_MAX` of `steps_total`.
    """

    deal: str
    title: str
    account: str
    state: Deal
    history: bool
    days: int | None
    steps: tuple[Step, ...]
    steps_total: int


def aftermaths(cut: Cut, wanted: Iterable[tuple[str, str]], scope: Scope) -> dict[tuple[str, str], Aftermath]:
    """Return what became of deals after stages; deals that the asker may not see, or that are open, are left out."""
    asked = list(dict.fromkeys(wanted))
    deals = {name: deal_of(cut, name) for name in dict.fromkeys(name for name, _ in asked)}
    seen = {name: one for name, one in deals.items() if one is not None and _is_seen(one, scope)}
    activities = _activities(cut, {name: (name, *one.absorbed) for name, one in seen.items()})
    subjects = [f"deal/{name}" for name in seen] + [f"account/{one.state.account}" for one in seen.values()]
    titles = titles_of(cut.connection, subjects)
    found: dict[tuple[str, str], Aftermath] = {}
    for name, stage in asked:
        if name in seen:
            found[name, stage] = _aftermath(cut, seen[name], stage, activities.get(name, ()), titles)
    return found


def _is_seen(read: DealRead, scope: Scope) -> bool:
    return read.state.status != "open" and scope.sees_rep(read.state.owner, read.team or None)


def _aftermath(
    cut: Cut, read: DealRead, stage: str, activities: Sequence[Activity], titles: Mapping[str, str]
) -> Aftermath:
    stay = next((then.stay for then in read.thens if then.stay.key == stage), None)
    steps = _steps(cut, read, stay, activities)
    return Aftermath(
        deal=read.id,
        title=titles.get(f"deal/{read.id}", ""),
        account=titles.get(f"account/{read.state.account}", read.state.account),
        state=read.state,
        history=read.history,
        days=_days(read.state, stay),
        steps=tuple(steps[:STEPS_MAX]),
        steps_total=len(steps),
    )


def _days(state: Deal, stay: Stay | None) -> int | None:
    begun = stay.entered_us if stay else state.creation.at.us if state.creation else None
    if begun is None or state.outcome is None:
        return None
    return max(0, (state.outcome.at.us - begun) // DAY_US)


def _steps(cut: Cut, read: DealRead, stay: Stay | None, activities: Sequence[Activity]) -> list[Step]:
    left = stay.left if stay else None
    if left is None or not read.history:
        return []
    since = left.event.time_us
    found = [
        (known.event.time_us, known.position, _move(known, since))
        for known in read.events
        if (known.event.time_us, known.position) >= (since, left.position)
    ]
    done = [
        (one.at.us, 0, Step(kind=one.kind, name="", days=max(0, (one.at.us - since) // DAY_US)))
        for one in activities
        if one.at is not None and one.at.us >= since
    ]
    ordered = sorted([*((time, place, step) for time, place, step in found if step), *done], key=lambda one: one[:2])
    return [step for _, _, step in ordered]


def _move(known: Known, since: int) -> Step | None:
    days = max(0, (known.event.time_us - since) // DAY_US)
    match known.event.data:
        case DealStageChanged(stage=stage):
            return Step(kind="stage", name=stage, days=days)
        case DealWon():
            return Step(kind="won", name="", days=days)
        case DealLost():
            return Step(kind="lost", name="", days=days)
        case DealReopened():
            return Step(kind="reopened", name="", days=days)
        case _:
            return None


def _activities(cut: Cut, deals: Mapping[str, Sequence[str]]) -> dict[str, list[Activity]]:
    """Return what people did with customers of deals, by deal; each deal has more than one name once it was merged."""
    home = {other: name for name, names in deals.items() for other in names}
    if not home:
        return {}
    rows = cut.connection.execute(
        "SELECT j.subject, r.subject, r.state FROM journal j JOIN roots r ON r.no = j.root_no WHERE j.rules = ? "
        "AND j.measure = 'deal_touched' AND j.position <= ? AND j.subject IN LIST ? "
        "GROUP BY j.subject, r.subject, r.state HAVING SUM(j.n) > 0 ORDER BY j.subject, r.subject",
        (cut.rules.no, cut.position, sorted(home)),
    )
    found: dict[str, list[Activity]] = defaultdict(list)
    for deal, subject, body in rows:
        state = decode_root(subject, body).state if body else None
        if isinstance(state, Activity):
            found[home[deal]].append(state)
    return found
