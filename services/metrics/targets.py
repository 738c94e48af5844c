"""Quotas as metrics use them: a rep's own, a team's own or the sum of its members'."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from services.metrics.metric import Question, Value
from services.metrics.purse import Purse


class Target(NamedTuple):
    """What is to be reached, in major units of a currency, or a plain number when that is empty."""

    amount: Decimal
    currency: str


def target(metric: str, question: Question) -> Target | None:
    """Return the quota of a row for the period: a team's own where it is set, else the sum of its members'."""
    organisation, period = question.organisation, question.period
    if question.team:
        own = organisation.target(metric, period, team=question.team)
        if own:
            return Target(*own)
    found = [organisation.target(metric, period, rep=rep) for rep in sorted(question.reps)]
    known = [one for one in found if one is not None]
    if not known:
        return None
    to = known[0][1]
    total = sum((_in(question, amount, currency, to) for amount, currency in known), Decimal(0))
    return Target(total, to)


def _in(question: Question, amount: Decimal, currency: str, to: str) -> Decimal:
    if currency == to or not currency or not to:
        return amount
    rate = question.organisation.rate(currency, to, question.period.last_day)
    return amount * rate if rate is not None else Decimal(0)


def attainment(won: Purse, question: Question, *, sample: int) -> Value:
    """Return won / quota; the note is `no_quota` without one."""
    wanted = target("won_amount", question)
    if wanted is None or wanted.amount <= 0:
        return Value(sample=sample, note="no_quota")
    to = wanted.currency or question.organisation.company.currency
    amount, _, missing = won.converted(to, question.organisation.rate)
    return Value(number=Fraction(amount) / Fraction(wanted.amount), sample=sample, note="fx_missing" if missing else "")
