"""The index follows the store: what is written is found by those who may, and nothing else."""

from pathlib import Path

from services.scope import ADMIN, Scope
from services.view import LATEST
from streams.answers.aftermath import aftermaths
from streams.history.verify import rebuild
from tests.api.searching.indexed import Indexed, indexed
from tests.builders import deal, event, joined, lost, stage, team, won
from tests.search.letters import Letters
from tests.stores import Wire

PIPELINE = {"pipeline": "main"}


def document(kind: str, when: str, /, name: str = "d", **fields: object) -> Wire:
    """Return an event of a document."""
    return event(f"document.{kind}", f"document/{name}", when, **fields)


def rep(person: str, *teams: str) -> Scope:
    """Return the scope of a rep."""
    return Scope(person=person, role="rep", teams=frozenset(teams))


def test_documents_are_found_by_their_readers(tmp_path: Path) -> None:
    """Everyone, a team, a role, a person, the author and the verifier find what names them, and nobody else does."""
    text = {"text": "Ask for the budget first.", "author": "ann", "verifier": "vic"}
    with indexed(tmp_path) as site:
        for name, readers in (("all", ["everyone"]), ("team", ["team:north"]), ("role", ["role:product"]), ("own", [])):
            site.store.send(document("written", "2017-03-01", name=name, title=name, readers=readers, **text))
        assert site.read() >= 4
        every = [f"document/{name}" for name in ("all", "own", "role", "team")]
        assert site.found("budget") == every
        assert site.found("budget", rep("ann")) == every and site.found("budget", rep("vic")) == every
        assert site.found("budget", rep("bob")) == ["document/all"]
        assert site.found("budget", rep("bob", "north")) == ["document/all", "document/team"]
        assert site.found("budget", Scope(person=None, role="product")) == ["document/all", "document/role"]


def test_what_changes_is_read_again(tmp_path: Path) -> None:
    """A new version replaces the old one, other readers hold at once, and what was archived is gone until restored."""
    with indexed(tmp_path) as site:
        site.store.send(document("written", "2017-03-01", title="Price", text="Discounts.", readers=["everyone"]))
        site.read()
        site.store.send(document("written", "2017-03-02", text="Terms of payment."))
        assert site.read() == 1
        assert site.ask("payment").hits[0].snippet.text == "Terms of payment."
        site.store.send(document("updated", "2017-03-03", readers=["rep:ann"]))
        site.read()
        assert site.found("payment", rep("bob")) == [] and site.found("payment", rep("ann")) == ["document/d"]
        site.store.send(document("archived", "2017-03-04"))
        site.read()
        assert site.found("payment") == []
        site.store.send(document("restored", "2017-03-05"))
        site.read()
        assert site.found("payment") == ["document/d"]


def test_a_decided_deal_is_there_once_for_each_stage(tmp_path: Path) -> None:
    """Each with what was known then; only the last is of the kind that everybody searches; reopened, all are gone."""
    with indexed(tmp_path) as site:
        site.store.send(
            [team("north"), joined("ann", team="north")],
            event("account.created", "account/a", "2017-01-01", industry="Banking", size="120"),
            deal("1", "2017-03-01", stage="call", title="Mill", owner="ann", account="a", amount="7.00", **PIPELINE),
            event("deal.noted", "deal/1", "2017-03-02", text="They fear the migration."),
            stage("1", "2017-03-05", "offer"),
            event("deal.noted", "deal/1", "2017-03-06", text="The discount was not enough."),
            lost("1", "2017-03-09", reason="price"),
        )
        site.read()
        assert site.found("migration") == ["deal/1@main/call", "deal/1@main/offer"]
        assert site.found("discount") == ["deal/1@main/call", "deal/1@main/offer"]
        assert site.found("discount", kind=("deal",)) == ["deal/1@main/offer"]
        (hit,) = site.ask("discount", kind=("deal",)).hits
        assert hit.fields["industry"] == ["banking"] and hit.fields["size_band"] == ["51-200"]
        assert hit.fields["outcome"] == ["lost"] and hit.fields["team"] == ["north"]
        assert "discount" not in str([one for one in site.documents().values() if one["kind"] == "deal_stage"])
        assert site.found("migration", rep("bob")) == [] and len(site.found("migration", rep("ann"))) == 2
        site.store.send(event("deal.reopened", "deal/1", "2017-03-10"))
        site.read()
        assert site.documents() == {}


def test_one_row_is_marked(tmp_path: Path) -> None:
    """A deal that one row told of has one document, without a stage, that says where it comes from."""
    imported = {"imported": True}
    with indexed(tmp_path) as site:
        site.store.send(
            deal("1", "2017-03-01", stage="offer", title="Mill", **PIPELINE) | imported,
            won("1", "2017-03-09") | imported,
        )
        site.read()
        (hit,) = site.ask("Mill").hits
        assert hit.doc_id == "deal/1@" and hit.fields["source"] == ["snapshot"] and "stage" not in hit.fields


def test_words_alone_until_there_is_a_model(tmp_path: Path) -> None:
    """Without a model search says so; when one comes, everything is read again beside, and then takes its place."""
    models: list[Letters] = []
    with indexed(tmp_path, lambda: models[0] if models else None) as site:
        site.store.send(document("written", "2017-03-01", title="Price", text="Discounts.", readers=["everyone"]))
        site.read()
        assert not site.ask("discounts").with_model and site.found("discounts") == ["document/d"]
        models.append(Letters())
        site.store.send(document("written", "2017-03-02", text="Payment terms.", title="Terms"))
        assert not site.ask("discounts").with_model
        site.read()
        assert site.ask("payment").with_model and site.found("payment") == ["document/d"]
        assert site.search.status().model == "letters" and site.search.status().waiting == 0


def test_a_store_that_was_restored_is_read_anew(tmp_path: Path) -> None:
    """An index that knows more than the store, or other things, is not the index of this store."""
    with indexed(tmp_path) as site:
        site.store.send(document("written", "2017-03-01", title="Price", text="Discounts.", readers=["everyone"]))
        site.read()
    (tmp_path / "paceline.db").unlink()
    with indexed(tmp_path) as site:
        site.store.send(document("written", "2017-04-01", name="e", title="Terms", text="Terms.", readers=["everyone"]))
        site.read()
        assert site.found("discounts terms") == ["document/e"]


def test_what_is_replayed_is_read_again(tmp_path: Path) -> None:
    """After the derived tables were made again everything is read once more, and what is found stays as it is."""
    with indexed(tmp_path) as site:
        site.store.send(document("written", "2017-03-01", title="Price", text="Discounts.", readers=["everyone"]))
        site.store.send([deal("1", "2017-03-01", title="Discounts"), won("1", "2017-03-02")])
        site.read()
        before = [(one["doc_id"], one.get("text"), one.get("title")) for one in site.documents().values()]
        assert site.read() == 0
        rebuild(site.store.home.connection)
        assert site.read() == 2 and site.read() == 0
        after = [(one["doc_id"], one.get("text"), one.get("title")) for one in site.documents().values()]
        assert sorted(map(str, after)) == sorted(map(str, before))


def test_an_empty_store_makes_no_index(tmp_path: Path) -> None:
    """Where there is nothing to find, nothing is opened, and a question finds nothing."""
    with indexed(tmp_path) as site:
        assert site.read() == 0 and site.found("anything") == []
        assert not (tmp_path / "index").exists()


def test_a_late_note_is_found(tmp_path: Path) -> None:
    """A note that is older than the end of its deal, and so changes no state, is in the index all the same."""
    with indexed(tmp_path) as site:
        site.store.send(deal("1", "2017-03-01", stage="call", title="Mill", **PIPELINE), won("1", "2017-03-09"))
        site.read()
        late = event("deal.noted", "deal/1", "2017-03-02", text="They fear the migration.") | {"imported": True}
        site.store.send(late)
        assert site.read() > 0
        assert "migration" in site.ask("migration").hits[0].snippet.text


MERGED = event("deal.merged", "deal/2", "2017-03-07", into="1")
BOTH = (
    deal("1", "2017-03-01", stage="call", title="Mill", **PIPELINE),
    deal("2", "2017-03-01", stage="demo", title="Copy", **PIPELINE),
    event("deal.noted", "deal/2", "2017-03-02", text="They fear the migration."),
    stage("1", "2017-03-05", "offer"),
    event("deal.noted", "deal/2", "2017-03-06", text="The lawyers object."),
)


def texts(site: Indexed) -> dict[str, str]:
    """Return the text of every passage by the id of its document."""
    return {str(one["doc_id"]): str(one["text"]) for one in site.documents().values() if one["part"] == "passage"}


def test_notes_of_a_merged_deal_are_those_of_the_one_that_took_it_in(tmp_path: Path) -> None:
    """Each counts at the stages that were left after it was written; the other deal itself is not found."""
    with indexed(tmp_path) as site:
        site.store.send(*BOTH, MERGED, won("1", "2017-03-09"))
        site.read()
        assert texts(site) == {
            "deal/1@main/call": "They fear the migration.",
            "deal/1@main/offer": "They fear the migration.\n\nThe lawyers object.",
        }


def test_a_merge_after_the_end_is_read(tmp_path: Path) -> None:
    """A deal that was merged into a closed one brings its notes along, and its own documents go."""
    with indexed(tmp_path) as site:
        site.store.send(*BOTH, lost("2", "2017-03-06"), won("1", "2017-03-09"))
        site.read()
        assert {name.partition("@")[0] for name in texts(site)} == {"deal/1", "deal/2"}
        site.store.send(event("deal.merged", "deal/2", "2017-03-10", into="1"))
        site.read()
        assert texts(site) == {
            "deal/1@main/call": "They fear the migration.",
            "deal/1@main/offer": "They fear the migration.\n\nThe lawyers object.",
        }


def test_a_late_note_on_a_merged_deal_is_found_where_it_counts(tmp_path: Path) -> None:
    """A note that names the old deal, from before the merge, is one of the deal that took it in.

    Of a history that is imported it counts from its time on; what comes live was not known before it was applied, and
    both stages had been left by then.
    """
    with indexed(tmp_path) as site:
        site.store.send(*BOTH, MERGED, won("1", "2017-03-09"))
        site.read()
        note = event("deal.noted", "deal/2", "2017-03-03", text="Their auditor calls.")
        site.store.send(note | {"imported": True})
        site.read()
        assert all("auditor" in text for text in texts(site).values())
        site.store.send(event("deal.noted", "deal/2", "2017-03-03", text="Nobody knew of the hurricane."))
        site.read()
        assert "hurricane" not in str(texts(site))


def test_a_deal_merged_through_another(tmp_path: Path) -> None:
    """A deal that became part of one that became part of a third is told of there, with what was done for it."""
    with indexed(tmp_path) as site:
        site.store.send(
            deal("3", "2017-03-01", title="Third"),
            event("deal.noted", "deal/3", "2017-03-02", text="Their auditor calls."),
            event("deal.merged", "deal/3", "2017-03-03", into="2"),
            *BOTH,
            MERGED,
            event("activity.logged", "activity/a", "2017-03-08", kind="demo", by="ann", deal="3"),
            won("1", "2017-03-09"),
        )
        site.read()
        assert "auditor" in texts(site)["deal/1@main/call"]
        with site.questions.cut(LATEST) as cut:
            after = aftermaths(cut, [("1", "main/call")], ADMIN)["1", "main/call"]
        assert [step.kind for step in after.steps] == ["stage", "demo", "won"]
