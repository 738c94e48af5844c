"""What people wrote, what colleagues used of it in deals, and what they thought of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.oracle.company import Company
from tests.oracle.merges import Merges
from tests.oracle.sums import Numbers, Span, counted
from tests.oracle.wire import Fact, text


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowledge:
    """First versions, assists and last answers, each with its business day and the author who is credited.

    `assists` are (day, author, deal), `answers` (day, author, helpful).
    """

    written: list[tuple[date, str]]
    assists: list[tuple[date, str, str]]
    answers: list[tuple[date, str, bool]]

    def numbers(self, span: Span) -> dict[str, Numbers]:
        """Return every metric of knowledge by author over a span of business days."""
        helped = {(author, deal) for day, author, deal in self.assists if day in span}
        votes: dict[str, list[bool]] = defaultdict(list)
        for day, author, helpful in self.answers:
            if day in span:
                votes[author].append(helpful)
        return {
            "documents_written": counted((author, 1) for day, author in self.written if day in span),
            "assists": counted((author, 1) for author, _ in helped),
            "helpful_share": {author: (sum(given), len(given)) for author, given in votes.items()},
        }


def knowledge_of(facts: Iterable[Fact], company: Company, merges: Merges) -> Knowledge:
    """Return what facts in order say of documents; deals that became one count as one."""
    authors: dict[str, str] = {}
    written: dict[str, tuple[date, str]] = {}
    assists: list[tuple[date, str, str]] = []
    uses: list[tuple[str, str, str]] = []
    answers: dict[tuple[str, str], tuple[date, str, bool]] = {}
    for fact in facts:
        author, by = authors.get(fact.root, ""), text(fact.said, "by") or ""
        match fact.type:
            case "document.written":
                if "author" in fact.said:
                    authors[fact.root] = text(fact.said, "author") or ""
                written.setdefault(fact.root, (company.day(fact), authors.get(fact.root, "")))
            case "document.used" if author and by and author != by:
                assists.append((company.day(fact), author, str(fact.said["deal"])))
                uses.append((fact.root, by, str(fact.said["deal"])))
            case "document.use_withdrawn":
                gone = (fact.root, by, str(fact.said["deal"]))
                assists = [one for one, use in zip(assists, uses, strict=True) if use != gone]
                uses = [use for use in uses if use != gone]
            case "document.found_helpful":
                answers[fact.root, by] = (company.day(fact), author, fact.said["helpful"] is True)
    of_known = [answer for (root, _), answer in answers.items() if root in written]
    at_home = [(day, author, merges.home(deal)) for day, author, deal in assists]
    return Knowledge(written=list(written.values()), assists=at_home, answers=of_known)
