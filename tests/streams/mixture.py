"""A seeded story of a whole company: deals with all that becomes of them, accounts, money, people, and corrections."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from tests.builders import configured, event, joined, pipeline, quota, rate, team
from tests.faults.traffic import displaced
from tests.stores import Wire

BEGIN = datetime(2016, 1, 1, tzinfo=UTC)
REPS = [f"r{number}" for number in range(12)]
TEAMS = ("north", "south", "east")
CURRENCIES = ("USD", "EUR", "CNY", "JPY")
DAYS = 700
COMPANY: list[Wire] = [
    configured(currency="USD", zone="UTC"),
    pipeline("p", "new", "offer", "agreed"),
    *(team(name, parent="north" if name == "east" else None) for name in TEAMS),
    *(joined(rep, team=TEAMS[number % 3], name=f"王 {rep} Ü") for number, rep in enumerate(REPS)),
    *(rate(currency, "2016-01-01", value) for currency, value in (("EUR", "1.1"), ("CNY", "0.14"), ("JPY", "0.009"))),
    quota("q", "5000.00", "2017-Q1", rep="r1"),
]
MOVED = configured("2017-06-01", zone="Asia/Shanghai")


class Mixture:
    """An endless story; roots are met about as often however long it is."""

    def __init__(self, seed: int, events: int) -> None:
        self.dice = random.Random(seed)
        self.roots = max(events // 12, 10)
        self.made = 0

    def take(self, count: int) -> list[Wire]:
        """Return the next events, in no order of time."""
        return [self._next() for _ in range(count)]

    def _next(self) -> Wire:
        self.made += 1
        kinds: Sequence[tuple[Callable[[], tuple[str, str, Wire]], int]] = (
            (self._deal, 60),
            (self._outcome, 16),
            (self._merge, 1),
            (self._money, 10),
            (self._effort, 8),
            (self._service, 4),
            (self._knowledge, 3),
            (self._organisation, 1),
        )
        (make,) = self.dice.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        kind, subject, fields = make()
        return event(kind, subject, self._when(), {"id": f"m{self.made}"}, **fields)

    def _when(self) -> str:
        moment = BEGIN + timedelta(seconds=self.dice.randrange(DAYS * 86_400))
        return moment.date().isoformat() if self.dice.random() < 0.2 else moment.isoformat()

    def _one(self, kind: str) -> str:
        return f"{kind}{self.dice.randrange(self.roots)}"

    def _rep(self) -> str:
        return self.dice.choice(REPS)

    def _day(self) -> str:
        return (BEGIN + timedelta(days=self.dice.randrange(DAYS))).date().isoformat()

    def _amount(self) -> str:
        return f"{self.dice.randrange(1_000_000) / 100:.2f}"

    def _deal(self) -> tuple[str, str, Wire]:
        """Return a creation or a correction of a deal."""
        subject = f"deal/{self._one('d')}"
        told: Wire = {
            "owner": self._rep(),
            "account": self._one("a"),
            "amount": self._amount(),
            "currency": self.dice.choice(CURRENCIES[:3]),
            "stage": self.dice.choice(["new", "offer", "agreed"]),
            "pipeline": "p",
            "title": self.dice.choice(["Große Lösung", "平台升级", "🚀 plan", ""]),
        }
        some = {name: told[name] for name in self.dice.sample(sorted(told), 3)}
        share = self.dice.randrange(10_001)
        split = [{"rep": REPS[0], "share_bp": share}, {"rep": REPS[1], "share_bp": 10_000 - share}]
        return self.dice.choice(
            [
                ("deal.created", subject, told),
                ("deal.updated", subject, some),
                ("deal.stage_changed", subject, {"stage": told["stage"]}),
                ("deal.owner_changed", subject, {"owner": told["owner"]}),
                ("deal.split_changed", subject, {"revenue": split}),
            ]
        )

    def _outcome(self) -> tuple[str, str, Wire]:
        kinds = ["won", "won", "won", "lost", "reopened", "deleted", "restored"]
        kind = self.dice.choice(kinds)
        fields: Wire = {"reason": self.dice.choice(["price", "价格"])} if kind == "lost" else {}
        if kind == "won" and self.dice.random() < 0.3:
            fields = {"closed_on": self._day(), "amount": self._amount()}
        return f"deal.{kind}", f"deal/{self._one('d')}", fields

    def _merge(self) -> tuple[str, str, Wire]:
        kind = self.dice.choice(["deal", "account"])
        root, into = self.dice.sample(range(self.roots), 2)
        return f"{kind}.merged", f"{kind}/{kind[0]}{root}", {"into": f"{kind[0]}{into}"}

    def _money(self) -> tuple[str, str, Wire]:
        subject = f"invoice/{self._one('i')}"
        lines = [{"due": self._day(), "amount": self._amount()} for _ in range(2)]
        deal = {"deal": self._one("d"), "account": self._one("a"), "currency": "USD", "lines": lines}
        receipt = {"receipt": self.dice.choice("rs"), "amount": self._amount()}
        return self.dice.choice(
            [
                ("invoice.planned", subject, deal),
                ("receipt.received", subject, receipt),
                ("receipt.refunded", subject, receipt),
                ("receipt.reallocated", subject, {"receipt": "r", "line": self.dice.randrange(2)}),
            ]
        )

    def _effort(self) -> tuple[str, str, Wire]:
        done, planned, by = f"activity/v{self.made}", f"activity/{self._one('f')}", self._rep()
        about: Wire = {"by": by, "account": self._one("a"), "deal": self._one("d")}
        call = {"kind": "call", "duration_seconds": self.dice.randrange(900), "connected": True}
        return self.dice.choice(
            [
                ("activity.logged", done, about | call),
                ("activity.logged", done, about | {"kind": "visit", "customer_present": True}),
                ("followup.planned", planned, {"due": self._day(), "by": by, "deal": self._one("d")}),
                ("followup.done", planned, {}),
            ]
        )

    def _service(self) -> tuple[str, str, Wire]:
        lead, ticket = f"lead/{self._one('l')}", f"ticket/{self._one('t')}"
        return self.dice.choice(
            [
                ("lead.created", lead, {"rep": self._rep()}),
                ("lead.responded", lead, {"human": True}),
                ("ticket.opened", ticket, {}),
                ("ticket.replied", ticket, {"public": True, "by": self._rep()}),
                ("ticket.resolved", ticket, {"by": self._rep()}),
                ("ticket.rated", ticket, {"score": self.dice.randrange(1, 6)}),
            ]
        )

    def _knowledge(self) -> tuple[str, str, Wire]:
        subject, by = f"document/k{self.dice.randrange(5)}", self._rep()
        # The deals of few documents are few, so that some of them become one.
        use: Wire = {"deal": f"d{self.dice.randrange(self.roots // 4 + 1)}", "by": by}
        return self.dice.choice(
            [
                ("document.written", subject, {"kind": "play", "author": by, "title": "平台"}),
                ("document.used", subject, use),
                ("document.used", subject, use),
                ("document.use_withdrawn", subject, use),
                ("document.found_helpful", subject, {"by": by, "helpful": self.dice.random() < 0.7}),
            ]
        )

    def _organisation(self) -> tuple[str, str, Wire]:
        rep, value = self._rep(), f"1.{self.dice.randrange(1, 100):02}"
        return self.dice.choice(
            [
                ("rep.team_changed", f"rep/{rep}", {"team": self.dice.choice(TEAMS), "from_day": self._day()}),
                ("rate.set", "rate/EUR", {"day": self._day(), "to": "USD", "rate": value}),
                ("quota.set", "quota/q", self._quota()),
                ("adjustment.posted", f"adjustment/x{self.made}", self._adjustment(rep)),
            ]
        )

    def _quota(self) -> Wire:
        return {"metric": "won_amount", "period": "2017-Q1", "amount": self._amount(), "rep": "r1", "currency": "USD"}

    def _adjustment(self, rep: str) -> Wire:
        money: Wire = {"metric": "won_amount", "amount": "7.00", "currency": "USD"}
        return money | {"rep": rep, "day": self._day(), "by": rep, "reason": "von Hand"}


def deliveries(events: int, seed: int = 7) -> tuple[list[Wire], list[Wire]]:
    """Return what arrives before and after the company moves to another zone: shuffled, doubled and partly broken.

    Everything of the first half comes again in the second, in part.
    """
    story = [*COMPANY, *Mixture(seed, events).take(events)]
    half = len(story) // 2
    first = displaced(story[:half], seed=seed, share=0.5, twice=half // 20, broken=half // 100)
    return first, displaced(story[half:], seed=seed + 1, share=0.5, twice=half // 20, broken=half // 100) + story[:50]
