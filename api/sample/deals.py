"""The life of a deal: created, worked on, moved, won or lost; and what goes wrong and is put right afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.sample.accounts import Account
from api.sample.facts import BILLING, PHONE, Fact, Maker
from api.sample.names import COMPETITORS, LOSS_REASONS, NEEDS, PRODUCTS, SOURCES
from api.sample.organisation import STAGES, Rep

CURRENCIES = ("EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "CNY", "CNY", "USD")
IN_EUR = {"EUR": 1, "CNY": 8, "USD": 1.1}


@dataclass(slots=True)
class Life:
    """One deal while it is told."""

    maker: Maker
    number: int
    rep: Rep
    account: Account
    others: Sequence[Rep]
    at: datetime
    owner: str = ""
    amount: int = 0
    currency: str = "EUR"

    @property
    def subject(self) -> str:
        """Return the deal's root."""
        return f"deal/{self.id}"

    @property
    def id(self) -> str:
        """Return the deal's id."""
        return f"deal-{self.number:05d}"

    def fact(self, kind: str, /, **data: object) -> Fact:
        """Return a fact about the deal at this moment of its life."""
        return self.maker.fact(kind, self.subject, self.at, **data)

    def wait(self, days: float) -> None:
        """Let some days pass."""
        self.at = self.maker.later(self.at, days)

    def tell(self) -> Iterator[Fact]:
        """Yield the facts of the whole life."""
        yield self._created()
        for stage, _, _ in STAGES[1:]:
            yield from self._worked_on(2.5)
            if self.maker.chance(0.22):
                self.wait(9)
                yield from self._lost()
                return
            self.wait(11)
            yield from self._handed_over()
            yield self.fact("deal.stage_changed", stage=stage)
            yield from self._surprises()
        yield from self._worked_on(3)
        self.wait(9)
        yield from self._handed_over()
        if self.maker.chance(min(0.42 * self.rep.strength + 0.2, 0.9)):
            yield from self._won()
        else:
            yield from self._lost()

    def _created(self) -> Fact:
        dice = self.maker.dice
        self.owner = self.rep.id
        self.currency = dice.choice(CURRENCIES)
        self.amount = int(round(dice.lognormvariate(9.6, 0.7) * IN_EUR[self.currency], -2))
        words = NEEDS[self.account.language]
        expected = (self.at + timedelta(days=dice.randrange(25, 90))).date().isoformat()
        return self.fact(
            "deal.created",
            title=f"{self.account.name} – {dice.choice(words)}",
            account=self.account.id,
            owner=self.owner,
            pipeline="main",
            stage=STAGES[0][0],
            amount=f"{self.amount}",
            currency=self.currency,
            products=[dice.choice(PRODUCTS)[0]],
            source=dice.choice(SOURCES) if self.maker.chance(0.9) else None,
            expected_close=expected if self.maker.chance(0.93) else None,
        )

    def _worked_on(self, days: float) -> Iterator[Fact]:
        """Yield calls, meetings, mails and promises around this moment."""
        dice = self.maker.dice
        for _ in range(dice.randrange(1, 4)):
            self.wait(days)
            kind = dice.choices(("call", "email", "meeting", "visit", "demo"), (5, 5, 2, 1, 1))[0]
            talked = kind == "call" and self.maker.chance(0.7)
            yield self.maker.fact(
                "activity.logged",
                f"activity/act-{self.maker.made:06d}",
                self.at,
                PHONE if kind == "call" else "sample/crm",
                kind=kind,
                by=self.owner,
                deal=self.id,
                account=self.account.id,
                actor_type="bot" if kind == "email" and self.maker.chance(0.1) else None,
                duration_seconds=int(dice.lognormvariate(5.6, 0.9)) if talked else None,
                connected=talked or None,
                held=self.maker.chance(0.92) if kind in ("meeting", "visit") else None,
                customer_present=True if kind in ("meeting", "visit") else None,
            )
        if self.maker.chance(0.3):
            yield from self._promise()

    def _promise(self) -> Iterator[Fact]:
        subject = f"activity/todo-{self.maker.made:06d}"
        due = self.at + timedelta(days=self.maker.dice.randrange(2, 9))
        yield self.maker.fact(
            "followup.planned", subject, self.at, due=due.date().isoformat(), by=self.owner, deal=self.id
        )
        if self.maker.chance(0.85):
            late = timedelta(days=2 if self.maker.chance(0.2) else 0)
            done = max(due - timedelta(hours=20) + late, self.at + timedelta(minutes=30))
            yield self.maker.fact("followup.done", subject, done)

    def _handed_over(self) -> Iterator[Fact]:
        """Yield the change of owner that a deal needs when its rep is no longer there."""
        leaving = next((rep for rep in self.others if rep.id == self.owner and not rep.works(self.at.date())), None)
        if leaving:
            team = [rep for rep in self.others if rep.team == leaving.team and rep.works(self.at.date())]
            self.owner = self.maker.dice.choice(team or self.others).id
            yield self.fact("deal.owner_changed", owner=self.owner)

    def _surprises(self) -> Iterator[Fact]:
        """Yield what happens to some deals on the way."""
        dice = self.maker.dice
        if self.maker.chance(0.12):
            self.amount = int(round(self.amount * dice.uniform(0.6, 1.5), -2))
            yield self.fact("deal.updated", amount=f"{self.amount}")
        if self.maker.chance(0.03):
            self.owner = dice.choice(self._there()).id
            yield self.fact("deal.owner_changed", owner=self.owner)
        if self.maker.chance(0.05):
            helper = dice.choice([rep for rep in self._there() if rep.id != self.owner])
            share = dice.choice((2_000, 3_000, 5_000))
            shares = [{"rep": self.owner, "share_bp": 10_000 - share}, {"rep": helper.id, "share_bp": share}]
            yield self.fact("deal.split_changed", revenue=shares)

    def _there(self) -> list[Rep]:
        return [rep for rep in self.others if rep.works(self.at.date())]

    def _lost(self) -> Iterator[Fact]:
        reason = self.maker.dice.choice(LOSS_REASONS)
        competitor = self.maker.dice.choice(COMPETITORS) if reason == "competitor" else None
        yield self.fact("deal.lost", reason=reason, competitor=competitor)
        if self.maker.chance(0.03):
            self.wait(12)
            yield self.fact("deal.reopened", stage="negotiation")
            self.wait(9)
            yield from self._won()

    def _won(self) -> Iterator[Fact]:
        day = self.at.date() - timedelta(days=1 if self.maker.chance(0.06) else 0)
        yield self.fact("deal.won", closed_on=day.isoformat())
        won_at = self.at
        if self.maker.chance(0.05):
            self.wait(2)
            self.amount = int(round(self.amount * 0.95, -1))
            yield self.fact("deal.updated", amount=f"{self.amount}")
        if self.maker.chance(0.02):
            self.wait(4)
            yield self.fact("deal.reopened", stage="negotiation")
            self.wait(6)
            yield self.fact("deal.won")
        self.at = won_at
        yield from self._paid()

    def _paid(self) -> Iterator[Fact]:
        """Yield the invoice, its receipts, and now and then a refund."""
        subject = f"invoice/inv-{self.number:05d}"
        first, half = self.at + timedelta(days=30), self.amount // 2
        lines = [
            {"due": first.date().isoformat(), "amount": f"{half}"},
            {"due": (first + timedelta(days=45)).date().isoformat(), "amount": f"{self.amount - half}"},
        ]
        yield self.maker.fact(
            "invoice.planned",
            subject,
            self.at,
            BILLING,
            deal=self.id,
            account=self.account.id,
            currency=self.currency,
            contract_amount=f"{self.amount}",
            lines=lines,
        )
        for index, line in enumerate(lines):
            if self.maker.chance(0.9):
                paid = self.maker.later(self.at + timedelta(days=24 + 45 * index), 5)
                receipt = f"r{index}"
                amount = line["amount"]
                yield self.maker.fact("receipt.received", subject, paid, BILLING, receipt=receipt, amount=amount)
                if self.maker.chance(0.02):
                    back = paid + timedelta(days=6)
                    yield self.maker.fact("receipt.refunded", subject, back, BILLING, receipt=receipt, amount=amount)
