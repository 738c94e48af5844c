"""The port: every engine finds, filters, counts and changes in the same way."""

from uuid import UUID, uuid5

import numpy as np
import pytest

from search.index.port import Ask, Engine, Field, Point, Where
from search.text.sparse import Sparse, asked, dimension
from tests.search.letters import WIDTH

SPACE = UUID("3b241101-e2bb-4255-8caf-4136c566a962")
EVERYTHING = Where(must=(Field(name="tenant", values=("a", "b")),))


def name_of(number: int) -> str:
    """Return the id of a point."""
    return str(uuid5(SPACE, str(number)))


def direction(number: int) -> np.ndarray:
    """Return a unit vector that points mostly one way."""
    vector = np.full(WIDTH, 0.01, dtype=np.float32)
    vector[number % WIDTH] = 1.0
    return vector / np.linalg.norm(vector)


def point(number: int, *, tenant: str = "a", rev: int = 1, readers: tuple[str, ...] = ("a/public",), **more) -> Point:
    """Return a point whose vector points its own way, and that holds the words `common` and one of its own."""
    terms = sorted((dimension("common"), dimension(f"own{number}")))
    return Point(
        id=name_of(number),
        payload={"tenant": tenant, "readers": list(readers), "doc_id": f"d{number}", "rev": rev, "part": "passage"}
        | more,
        dense=direction(number),
        sparse=Sparse(tuple(terms), (1.0, 1.0)),
    )


def test_the_nearest_come_first(engine: Engine) -> None:
    """Cosines are cosines, best first, with the document and revision of each point."""
    engine.put([point(number) for number in range(5)])
    hits = engine.search([Ask(dense=direction(3), where=EVERYTHING, limit=2)])[0]
    assert hits[0].id == name_of(3) and (hits[0].doc_id, hits[0].rev) == ("d3", 1)
    assert hits[0].score == pytest.approx(1.0, abs=1e-3)
    assert len(hits) == 2 and hits[1].score < 0.5


def test_words_find_and_rare_ones_weigh_more(engine: Engine) -> None:
    """A sparse question finds only points with a word of it, and gives its weight back when asked."""
    engine.put([point(number) for number in range(5)])
    common, rare = engine.search(
        [Ask(sparse=asked([word]), where=EVERYTHING, corpus=EVERYTHING, weigh=1) for word in ("common", "own2")]
    )
    assert len(common) == 5 and [hit.id for hit in rare] == [name_of(2)]
    assert rare[0].score > common[0].score
    assert rare[0].sparse is not None and dimension("own2") in rare[0].sparse.indices


def test_only_the_first_are_weighed(engine: Engine) -> None:
    """Vectors come with as many of the best as were asked for, or with all that there are."""
    engine.put([point(number) for number in range(5)])
    for wanted, given in ((2, 2), (9, 5)):
        ask = Ask(sparse=asked(["common"]), where=EVERYTHING, corpus=EVERYTHING, weigh=wanted)
        hits = engine.search([ask])[0]
        assert len(hits) == 5 and all(hit.sparse is not None for hit in hits[:given])


def test_bare_answers_are_ids_and_scores(engine: Engine) -> None:
    """Who knows what is found is told nothing but how well it fits."""
    engine.put([point(number) for number in range(3)])
    named, bare = engine.search([Ask(dense=direction(1), where=EVERYTHING, bare=bare) for bare in (False, True)])
    assert [(hit.id, hit.score) for hit in bare] == [(hit.id, hit.score) for hit in named]
    assert {(hit.doc_id, hit.rev) for hit in bare} == {("", 0)}


def test_what_is_found_is_named_as_it_stands(engine: Engine) -> None:
    """A point that was written again, or changed, has its new document and revision at once."""
    engine.put([point(1)])
    ask = Ask(dense=direction(1), where=EVERYTHING)
    assert [(hit.doc_id, hit.rev) for hit in engine.search([ask])[0]] == [("d1", 1)]
    engine.put([point(1, rev=2, doc_id="other")])
    assert [(hit.doc_id, hit.rev) for hit in engine.search([ask])[0]] == [("other", 2)]
    engine.mark(EVERYTHING, {"doc_id": "third"})
    assert [(hit.doc_id, hit.rev) for hit in engine.search([ask])[0]] == [("third", 2)]


def test_rarity_is_that_of_the_own_company(engine: Engine) -> None:
    """What is common at one company says nothing about how common it is at another."""
    engine.put([point(number, tenant="a") for number in range(8)])
    engine.put([point(number, tenant="b", readers=("b/public",)) for number in range(8, 10)])
    engine.put([Point(id=name_of(10), payload=point(10, tenant="b").payload, sparse=asked(["odd"]))])
    for tenant, expected in (("a", 8), ("b", 3)):
        corpus = Where(must=(Field(name="tenant", values=(tenant,)),))
        hit = engine.search([Ask(sparse=asked(["common"]), where=corpus, corpus=corpus, limit=1)])[0][0]
        holding = 8 if tenant == "a" else 2
        assert hit.score == pytest.approx(np.log((expected - holding + 0.5) / (holding + 0.5) + 1), abs=1e-4)


def test_filters_hold_inside_every_question(engine: Engine) -> None:
    """Values, numbers, exclusions and ids: only what fits is found, counted, and scored."""
    engine.put([point(number, kind="case" if number % 2 else "play", updated_at=number * 100) for number in range(6)])
    for where, wanted in (
        (Where(must=(Field(name="kind", values=("case",)),)), {1, 3, 5}),
        (Where(must=(Field(name="updated_at", least=200, below=400),)), {2, 3}),
        (Where(must=EVERYTHING.must, never=(Field(name="kind", values=("case",)),)), {0, 2, 4}),
        (EVERYTHING.within([name_of(1), name_of(4)]), {1, 4}),
        (Where(must=(Field(name="readers", values=()),)), set()),
        (Where(must=(Field(name="outcome", values=("won",)),)), set()),
    ):
        asks = [Ask(dense=direction(0), where=where), Ask(sparse=asked(["common"]), where=where, corpus=EVERYTHING)]
        for hits in engine.search(asks):
            assert {hit.id for hit in hits} == {name_of(number) for number in wanted}
        assert engine.count(where) == len(wanted)


def test_only_a_higher_revision_replaces(engine: Engine) -> None:
    """A writer who comes late with an old revision changes nothing."""
    engine.put([point(1, rev=2)], newer=True)
    engine.put([point(1, rev=1, kind="stale")], newer=True)
    engine.put([point(1, rev=2, kind="stale")], newer=True)
    assert engine.read([name_of(1)])[0].payload.get("kind") is None
    engine.put([point(1, rev=3, kind="fresh")], newer=True)
    assert engine.read([name_of(1)])[0].payload["kind"] == "fresh"


def test_a_replaced_point_keeps_nothing_of_the_old_one(engine: Engine) -> None:
    """Fields that the new one does not have are gone."""
    engine.put([point(1, kind="case")])
    engine.put([point(1, rev=2)])
    assert "kind" not in engine.read([name_of(1)])[0].payload


def test_changes_and_removals_reach_a_filter_alone(engine: Engine) -> None:
    """Only the points of the filter are changed or removed, and a filter without conditions is refused."""
    engine.put([point(number) for number in range(4)])
    one = Where(must=(Field(name="doc_id", values=("d1",)),))
    engine.mark(one, {"readers": ["a/team:1"]})
    assert {str(stored.payload["readers"]) for stored in engine.read([name_of(n) for n in range(4)], ["readers"])} == {
        "['a/public']",
        "['a/team:1']",
    }
    engine.remove(one)
    assert engine.count(EVERYTHING) == 3 and not engine.read([name_of(1)])
    with pytest.raises(ValueError, match="filter"):
        engine.remove(Where())


def test_facets_count(engine: Engine) -> None:
    """Values come with their counts, most first, then by name."""
    engine.put([point(n, kind=kind) for n, kind in enumerate(["play", "case", "play", "case", "deal"])])
    assert engine.facet("kind", EVERYTHING) == [("case", 2), ("play", 2), ("deal", 1)]


def test_a_field_that_no_point_has_has_no_values(engine: Engine) -> None:
    """Asked for before anybody had it, a field has nothing to count."""
    engine.put([point(1)])
    assert engine.facet("competitor", EVERYTHING) == []


def test_scrolling_sees_each_point_once(engine: Engine) -> None:
    """Page by page, in the order of ids, with vectors where they are asked for."""
    engine.put([point(number) for number in range(7)])
    engine.put([Point(id=name_of(7), payload={"tenant": "a", "rev": 1})])
    seen, after = [], None
    while True:
        page, after = engine.scroll(EVERYTHING, after, limit=3, vectors=True)
        seen.extend(page)
        if after is None:
            break
    assert [one.id for one in seen] == sorted(name_of(number) for number in range(8))
    bare = next(one for one in seen if one.id == name_of(7))
    assert bare.dense is None and bare.sparse is None
    other = next(one for one in seen if one.id == name_of(2))
    assert other.dense is not None and other.sparse is not None
    assert np.allclose(other.dense, direction(2), atol=1e-3)


def test_nothing_is_asked_of_nothing(engine: Engine) -> None:
    """No questions, no ids, no points: no answers, and no failure."""
    engine.put([])
    assert engine.search([]) == [] and engine.read([]) == [] and engine.size() == 0
