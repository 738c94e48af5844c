"""Answers: the right documents, in a stable order, to those alone who may see them, with honest reasons."""

from collections.abc import Iterator

import pytest

from search.index.access import Access
from search.index.document import Document, head_id, prepare
from search.index.port import Where
from search.ranking.boosts import EXACT, OUTDATED
from search.ranking.question import Question
from tests.search.index.conftest import COMPANIES
from tests.search.letters import Letters
from tests.search.ranking.shelf import DAY_SECONDS, Shelf, document, shelf

RENEWAL = "The renewal stalled because their budget moved to next year. A smaller contract kept them."
FREIGHT = "Freight forwarders compare our tariff tables with those of two rivals."


@pytest.fixture(scope="module", params=["memory", "edge"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Give a shelf of each kind, opened once."""
    with shelf(tmp_path_factory.mktemp("shelf"), Letters(), request.param) as made:
        yield made


@pytest.fixture
def full(kept: Shelf) -> Shelf:
    """Return a shelf with two public documents and a private one."""
    kept.engine.remove(COMPANIES)
    kept.put(
        document("renewal", RENEWAL, title="Why a renewal stalled", fields={"industry": ("retail",)}),
        document("freight", FREIGHT, title="Freight tariffs", fields={"industry": ("logistics",)}),
        document("secret", RENEWAL, title="The same, for the board", readers=("team:board",)),
    )
    return kept


def test_what_fits_comes_first_and_says_why(full: Shelf) -> None:
    """The best sentence with its place, the words that matched, both parts of the score, and their weight."""
    answer = full.ask("smaller contracts")
    hit = answer.hits[0]
    assert (hit.doc_id, hit.title, hit.language) == ("renewal", "Why a renewal stalled", "en")
    assert hit.snippet.text == "A smaller contract kept them."
    assert RENEWAL[hit.snippet.place.start : hit.snippet.place.end] == hit.snippet.text
    assert [hit.snippet.text[span.start : span.end] for span in hit.snippet.highlights] == ["smaller", "contract"]
    assert hit.why.matched == ("smaller", "contracts")
    assert hit.score == pytest.approx(
        hit.why.share * hit.why.semantic + (1 - hit.why.share) * hit.why.keyword, abs=1e-5
    )
    assert hit.why.share == 0.6 and hit.why.boosts == () and not hit.why.across
    assert hit.fields["industry"] == ["retail"] and "readers" not in hit.fields


def test_nobody_finds_what_they_may_not_read(full: Shelf) -> None:
    """Neither by words nor by meaning nor by its id, not with another name, and not without any."""
    for text in ("renewal stalled budget", "secret", "The same, for the board"):
        assert "secret" not in full.found(text)
        assert "secret" not in full.found(text, readers=("team:boar", "user:1"))
        assert full.ask(text, readers=()).hits == ()
    assert full.found("renewal", readers=("team:board",)) == ["secret"]


def test_a_document_without_readers_is_read_by_nobody(full: Shelf) -> None:
    """Missing permission is no permission, and taking it away works at once."""
    full.put(document("nobody", RENEWAL, readers=()))
    assert "nobody" not in full.found("renewal") and "renewal" in full.found("renewal")
    full.documents.set_readers("company", "renewal", [])
    assert "renewal" not in full.found("renewal")


def test_the_rights_of_the_head_hold_too(full: Shelf) -> None:
    """A reader between the two writes of a change of rights sees the stricter of both."""
    full.engine.mark(Where(ids=(head_id("company", "renewal"),)), {"readers": ["company/team:board"]})
    assert "renewal" not in full.found("renewal stalled")


def test_filters_narrow_and_are_named(full: Shelf) -> None:
    """Only what has the value is found, and the answer says what it was narrowed to."""
    answer = full.ask("tables", industry=("logistics", "banking"))
    assert [hit.doc_id for hit in answer.hits] == ["freight"]
    assert answer.filters == {"industry": ("logistics", "banking")}


def test_equal_scores_go_by_id(full: Shelf) -> None:
    """Documents that are alike come in the same order every time, whatever order they were written in."""
    for name in ("twin-c", "twin-a", "twin-d", "twin-b"):
        full.put(document(name, "Quarterly forecasts by region.", title="Forecast"))
    found = full.ask("quarterly forecast")
    assert [hit.doc_id for hit in found.hits][:4] == ["twin-a", "twin-b", "twin-c", "twin-d"]
    assert len({hit.score for hit in found.hits[:4]}) == 1
    assert full.searcher.ranking(_question("quarterly forecast")) == [hit.doc_id for hit in found.hits]


def _question(text: str) -> Question:
    return Question(text=text, access=Access(readers=("public",)))


def test_every_candidate_has_both_scores(full: Shelf) -> None:
    """What words alone brought has its cosine as well, and what meaning alone brought its coverage."""
    full.put(*(document(f"noise-{number:03}", f"Invoice {number} was paid late.") for number in range(130)))
    full.put(document("needle", "zzz qqq xxx jjj vvv www kkk zzz qqq xxx jjj quince"))
    hit = next(one for one in full.ask("invoice paid late quince", limit=200).hits if one.doc_id == "needle")
    assert hit.why.cosine != 0.0 and hit.why.keyword > 0.0 and hit.why.matched == ("quince",)


def test_one_document_is_one_hit(full: Shelf) -> None:
    """However many of its passages fit, a document comes once, by the best of them."""
    long = " ".join(f"Renewal number {number} was discussed with the buyer at length." for number in range(80))
    full.put(document("long", f"{long} The decisive renewal meeting was in Lisbon."))
    found = full.ask("decisive meeting Lisbon")
    assert [hit.doc_id for hit in found.hits].count("long") == 1
    assert found.hits[0].doc_id == "long" and "Lisbon" in found.hits[0].snippet.text
    assert found.hits[0].passage > 2


def test_known_identifiers_are_found_whole(full: Shelf) -> None:
    """A code that is there comes first by its words, and is a good find however it looks to a model."""
    full.put(document("ticket-1", "Sync failed with ERR-4012 after login."))
    full.put(document("ticket-2", "Sync failed with ERR-4013 after login."))
    answer = full.ask("ERR-4013")
    assert answer.hits[0].doc_id == "ticket-2" and answer.identifiers == ("err-4013",) and answer.good
    assert answer.hits[0].why.share == pytest.approx(0.15)
    unknown = full.ask("ERR-9999")
    assert unknown.identifiers == () and (not unknown.hits or unknown.hits[0].why.share == 0.6)


def test_identifiers_that_others_have_stay_unknown(full: Shelf) -> None:
    """Whether a code exists in what somebody may not read cannot be told from the answer."""
    full.put(document("ticket-3", "It says QX-7781-Z.", readers=("team:board",)))
    assert full.ask("QX-7781-Z").identifiers == ()
    assert full.ask("QX-7781-Z", readers=("team:board",)).identifiers == ("qx-7781-z",)


def test_words_that_only_others_have_weigh_like_words_that_nobody_has(full: Shelf) -> None:
    """What hidden documents hold does not show in the scores of those that are seen."""
    found = []
    for word in ("zebra", "heron"):
        full.put(
            document("secret", f"A {word} for the board.", readers=("team:board",), rev=2 if word == "zebra" else 3)
        )
        found.append(full.ask("renewal zebra").hits)
    assert found[0] and found[0] == found[1]


def test_an_identifier_outside_of_the_filters_is_known(full: Shelf) -> None:
    """A code that stands in what somebody may read is known, also where they ask for other documents alone."""
    full.put(document("fault", "Error ERR-4012 stopped the renewal.", kind="ticket"))
    assert full.ask("renewal ERR-4012", kind=("case",)).identifiers == ("err-4012",)


def test_age_counts_a_little_and_within_bounds(full: Shelf) -> None:
    """Of two that are alike the newer one comes first; after many years a quarter is lost, and no more."""
    now = 20_000 * DAY_SECONDS
    for name, days in (("b-new", 10), ("a-old", 100), ("a-ancient", 9_000)):
        full.put(document(name, "Escalation path for outages.", updated_at=now - days * DAY_SECONDS))
    hits = [hit for hit in full.ask("escalation outages", now=now).hits if hit.doc_id[1] == "-"]
    assert [hit.doc_id for hit in hits] == ["b-new", "a-old", "a-ancient"]
    assert hits[2].why.boosts[0].name == "age" and hits[2].why.boosts[0].factor == 0.75
    timeless = [hit.doc_id for hit in full.ask("escalation outages").hits if hit.doc_id[1] == "-"]
    assert timeless == ["a-ancient", "a-old", "b-new"]


def test_what_was_replaced_comes_after_what_replaced_it(full: Shelf) -> None:
    """Superseded and archived documents stay findable, behind the ones that hold."""
    for name, status in (("a-superseded", "superseded"), ("b-active", "active"), ("c-archived", "archived")):
        full.put(document(name, "Discount approvals need a manager.", status=status))
    hits = full.ask("discount approvals").hits[:3]
    assert [hit.doc_id for hit in hits] == ["b-active", "a-superseded", "c-archived"]
    assert (hits[1].why.boosts[0].name, hits[1].why.boosts[0].factor) == ("superseded", OUTDATED)


def test_an_exact_title_wins(full: Shelf) -> None:
    """Who types a title, or an id, gets that document, and still no score above 1."""
    full.put(document("x", "Something else entirely.", title="Freight tariffs and renewals"))
    hit = full.ask("freight TARIFFS?").hits[0]
    assert hit.doc_id == "freight" and hit.why.boosts[0].name == "exact_title"
    assert hit.why.boosts[0].factor > 1 and EXACT <= hit.score <= 1.0


def test_a_document_replaced_while_somebody_asks_is_found_once_and_whole(full: Shelf) -> None:
    """A question between passages and head sees the old text; after the head the new one; never both, never none."""
    new = Document(
        id="renewal", rev=2, kind="case", title="Fresh", text="The renewal was signed in Oslo.", readers=("public",)
    )
    made = prepare([new], full.embedder)[0]
    full.engine.put(made.passages)
    assert [hit.title for hit in full.ask("renewal signed in Oslo").hits if hit.doc_id == "renewal"] == [
        "Why a renewal stalled"
    ]
    full.engine.put([made.head])
    assert [hit.title for hit in full.ask("renewal stalled budget").hits if hit.doc_id == "renewal"] == ["Fresh"]
    full.documents.replace([made])
    assert full.ask("renewal signed in Oslo").hits[0].title == "Fresh"


def test_other_languages_are_marked(full: Shelf) -> None:
    """A document in another language than the question is found, and says so."""
    full.put(document("zh", "客户续约因为预算推迟了。ERR-4012 也出现过。", title="续约"))
    hit = next(hit for hit in full.ask("What about ERR-4012?").hits if hit.doc_id == "zh")
    assert hit.language == "zh" and hit.why.across
    own = full.ask("客戶續約").hits[0]
    assert own.doc_id == "zh" and not own.why.across
    assert [own.snippet.text[span.start : span.end] for span in own.snippet.highlights] == ["客户续约"]
    assert own.why.share == pytest.approx(0.2)
