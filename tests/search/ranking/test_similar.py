"""Documents like a model: by words, by traits, and by as much of each as the asker wants."""

from pathlib import Path

from search.index.access import Access, Filters
from search.index.document import Document
from search.ranking.likeness import Traits
from search.ranking.similar import Like, Model, Similar
from tests.search.letters import Letters
from tests.search.ranking.shelf import Shelf, document, shelf

PUBLIC = Access(readers=("public",))
NEIGHBOURS = {"11-50": ("1-10", "51-200")}
BANK: dict[str, tuple[str, ...]] = {"industry": ("banking",), "size_band": ("11-50",)}


def past(name: str, text: str, outcome: str = "won", amount: int = 0, **fields: tuple[str, ...]) -> Document:
    """Return a past deal."""
    numbers = {"amount_minor": amount} if amount else {}
    return document(name, text, kind="deal", fields={"outcome": (outcome,), **fields}, numbers=numbers)


def like(found: Shelf, text: str, share: float = 0.4, *, filters: Filters | None = None, amount: int = 0) -> list[Like]:
    """Return what is like a bank of 11 to 50 people."""
    traits = Traits(values=BANK, amount_minor=amount, neighbours=NEIGHBOURS)
    model = Model(text=text, traits=traits, access=PUBLIC, filters=filters or Filters(), traits_share=share)
    return list(Similar(found.engine, found.embedder).find(model))


def test_the_share_decides_between_words_and_traits(tmp_path: Path) -> None:
    """With no share for traits the like text is first, with all of it the like company; every hit tells its share."""
    with shelf(tmp_path, Letters()) as found:
        found.put(
            past("text", "They fear the migration of old invoices.", industry=("mining",)),
            past("company", "Nothing to say here.", industry=("banking",), size_band=("11-50",)),
        )
        by_text, by_traits = (like(found, "Fear of the migration of invoices", share) for share in (0.0, 1.0))
        assert by_text[0].doc_id == "text"
        assert [one.doc_id for one in by_traits] == ["company"]
        assert by_traits[0].share == 1.0 and by_traits[0].score == 1.0
        assert by_text[0].snippet is not None and "migration" in by_text[0].snippet.text
        assert {"migration", "invoices"} <= set(by_text[0].matched)


def test_traits_are_told_one_by_one(tmp_path: Path) -> None:
    """Equal values count whole, neighbouring sizes half, amounts by how far apart they are; shares sum to one."""
    with shelf(tmp_path, None) as found:
        found.put(past("a", "A.", industry=("banking",), size_band=("51-200",), amount=20_000))
        (only,) = like(found, "", amount=10_000)
        shares = {one.trait: one for one in only.likeness.shares}
        assert (shares["industry"].alike, shares["size_band"].alike, shares["amount_minor"].alike) == (1.0, 0.5, 0.5)
        assert abs(sum(one.weight for one in shares.values()) - 1.0) < 1e-9
        assert abs(only.likeness.score - sum(one.alike * one.weight for one in shares.values())) < 1e-9


def test_without_a_model_or_a_text_the_rest_decides(tmp_path: Path) -> None:
    """A deal without words is compared by traits alone, one without traits by words alone."""
    with shelf(tmp_path, None) as found:
        found.put(past("a", "The price is too high.", industry=("banking",)), past("b", "The price is fine."))
        assert [one.doc_id for one in like(found, "")] == ["a"]
        model = Model(text="price too high", traits=Traits(), access=PUBLIC, filters=Filters())
        assert [one.doc_id for one in Similar(found.engine, None).find(model)] == ["a", "b"]


def test_who_may_not_read_finds_nothing(tmp_path: Path) -> None:
    """Neither by words nor by traits, and what is left out does not come either."""
    with shelf(tmp_path, Letters()) as found:
        found.put(past("secret", "The price.", industry=("banking",)))
        found.documents.set_readers("company", "secret", ["user:7"])
        assert like(found, "The price") == []
        found.documents.set_readers("company", "secret", ["public"])
        assert len(like(found, "The price")) == 1
        assert like(found, "The price", filters=Filters(fields={"outcome": ("lost",)})) == []
        assert like(found, "The price", filters=Filters(without={"outcome": ("won",)})) == []


def test_a_rare_value_says_more(tmp_path: Path) -> None:
    """Of two deals that share one trait each, the one with the rarer value is more alike."""
    with shelf(tmp_path, None) as found:
        found.put(*(past(f"c{number}", "A.", size_band=("11-50",)) for number in range(20)))
        found.put(past("rare", "A.", industry=("banking",)))
        assert like(found, "")[0].doc_id == "rare"
