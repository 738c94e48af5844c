"""Trust, readers and language of documents."""

import pytest

from services.documents.document import Document, Verification
from services.documents.language import language_of
from services.documents.readers import may_read
from services.documents.trust import trust_of
from services.journal.entry import Moment
from services.scope import ADMIN, Role, Scope
from tests.stores import us

CONFIRMED = Document(verified=Verification(Moment(us("2017-03-01T12:00:00Z")), "vic"), versions=1)


@pytest.mark.parametrize(
    ("now", "trust"),
    [
        ("2017-03-01T12:00:00Z", "verified"),
        ("2017-05-16T11:59:59Z", "verified"),
        ("2017-05-16T12:00:00Z", "due"),
        ("2017-05-30T11:59:59Z", "due"),
        ("2017-05-30T12:00:00Z", "stale"),
    ],
)
def test_trust_follows_the_time(now: str, trust: str) -> None:
    """Verified for 90 days, due for the last 14 of them, then stale."""
    assert trust_of(CONFIRMED, us(now)) == trust


def test_a_verification_may_name_its_last_day() -> None:
    """Until a day means the whole of that day."""
    found = Document(
        verified=Verification(Moment(us("2017-03-01T12:00:00Z")), "vic", us("2017-03-31T00:00:00Z") // 86_400_000_000)
    )
    assert trust_of(found, us("2017-03-31T23:59:59Z")) == "due"
    assert trust_of(found, us("2017-04-01T00:00:00Z")) == "stale"


def test_nobody_has_verified() -> None:
    """Without a verification, or against a contradiction, a document is unverified."""
    assert trust_of(Document(versions=1), us("2017-03-01T00:00:00Z")) == "unverified"
    doubted = Document(verified=CONFIRMED.verified, contradicted=Moment(0))
    assert trust_of(doubted, us("2017-03-02T00:00:00Z")) == "unverified"


def asker(person: str = "bob", role: Role = "rep", *teams: str) -> Scope:
    """Return an asker."""
    return Scope(person=person, role=role, teams=frozenset(teams))


@pytest.mark.parametrize(
    ("readers", "scope", "may"),
    [
        ((), asker(), False),
        ((), ADMIN, True),
        ((), asker("ann"), True),
        ((), asker("vic"), True),
        (("everyone",), asker(), True),
        (("team:north",), asker("bob", "rep", "north"), True),
        (("team:north",), asker("bob", "rep", "south"), False),
        (("team:",), asker("bob", "rep", ""), True),
        (("role:product",), asker("bob", "product"), True),
        (("role:product",), asker("bob", "support"), False),
        (("rep:bob",), asker(), True),
        (("rep:",), Scope(person=None, role="rep"), False),
        (("anybody",), asker(), False),
        (("everyone:x",), asker(), False),
    ],
)
def test_who_may_read(readers: tuple[str, ...], scope: Scope, may: bool) -> None:
    """Only who is named, the author, the verifier and admins; what is not understood lets nobody in."""
    assert may_read(Document(author="ann", verifier="vic", readers=readers), scope) is may


def test_nobody_is_not_an_author() -> None:
    """An asker without a person is not taken for a document without an author."""
    assert not may_read(Document(), Scope(person=None, role="rep"))
    assert not may_read(Document(), Scope(person="", role="rep"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ask what it is compared with.", "en"),
        ("先问客户在和什么比较。", "zh"),
        ("先問客戶在和什麼比較。", "zh"),
        ("用 Paceline 导入 CSV，再看 leaderboard 和 funnel 的变化 for the team", "mul"),
        ("価格が高いと言われたら、まず聞く。", "ja"),
        ("12,5 %", "und"),
        ("", "und"),
        ("```\nimport os; print(os)\n```\n先问。", "zh"),
    ],
)
def test_language_by_script(text: str, language: str) -> None:
    """The share of Chinese among Chinese characters and Latin words decides; code does not."""
    assert language_of(text) == language
