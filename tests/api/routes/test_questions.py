"""Questions that search could not answer, over HTTP: routed by the real index, answered for whoever asked."""

from pathlib import Path

import httpx
import pytest

from services.scope import Scope
from tests.api.houses import Clock, Json, indexed, opened, problem_of, send_batch
from tests.builders import deal, event, joined, team
from tests.stores import Wire


def document(name: str, text: str, **fields: object) -> Wire:
    """Return a document for everyone."""
    given = {"kind": "note", "title": name.title(), "text": text, "readers": ["everyone"]} | fields
    return event("document.written", f"document/{name}", "2017-03-01", **given)


COMPANY: list[Wire] = [
    team("north", lead="lea"),
    *(joined(rep, name=rep.title(), team="north") for rep in ("ann", "lea", "bob")),
    *(joined(rep, name=rep.title()) for rep in ("vic", "una", "out")),
    event("rep.left", "rep/out", "2017-02-01", day="2017-01-31"),
    document("cranes", "Harbour cranes are oiled each Monday.", author="bob", verifier="vic"),
    document("ships", "Harbour pilots board ships at dawn.", author="bob", verifier="vic"),
    document("secret", "Harbour cranes have a hidden switch.", author="una", verifier="una", readers=["rep:una"]),
    document("rival", "Say nothing of Northwind.", kind="play", author="out", verifier="una", competitor="Northwind"),
    deal("d1", "2017-03-01", owner="ann", amount="1.00", currency="USD", title="Harbour"),
]


class Ticking(Clock):
    """A clock that is a microsecond later each time somebody looks."""

    def __call__(self) -> int:
        """Return the time in microseconds since 1970 UTC."""
        self.now_us += 1
        return self.now_us


async def asked(client: httpx.AsyncClient, text: str, by: str = "ann", **fields: object) -> Json:
    """Ask, and return the question as it stands then."""
    answer = await client.post("/api/questions", json={"text": text, "by": by} | fields)
    assert answer.status_code == 202, answer.text
    found: Json = (await client.get(f"/api/questions/{answer.json()['id']}")).json()
    return found


@pytest.mark.parametrize(
    ("text", "fields", "expert", "because", "nearest"),
    [
        ("harbour lights", {}, "vic", "verifies_nearest", {"cranes", "ships"}),
        ("harbour lights", {"by": "vic"}, "bob", "wrote_nearest", {"cranes", "ships"}),
        ("zzzz", {"filters": {"competitor": ["northwind"]}}, "una", "owns_play", {"rival"}),
        ("zzzz", {}, "lea", "leads_team", set()),
        ("zzzz", {"by": "lea"}, None, None, set()),
    ],
)
async def test_a_question_goes_to_whom_the_most_points_to(
    tmp_path: Path, text: str, fields: Json, expert: str | None, because: str | None, nearest: set[str]
) -> None:
    """Verifier, author, owner of a play, lead, nobody: the first that there is, and never by what she may not read."""
    async with indexed(tmp_path, COMPANY, Ticking()) as client:
        found = await asked(client, **({"text": text} | fields))
        assert (found["expert"], found["because"]) == (expert, because)
        assert isinstance(found["nearest"], list) and set(found["nearest"]) == nearest


async def test_the_same_words_of_the_same_person_are_one_question(tmp_path: Path) -> None:
    """Asked twice it is one event; another person's is another, and an id does not say what was asked."""
    async with indexed(tmp_path, COMPANY, Ticking()) as client:
        first = await asked(client, "Harbour  lights?", deal="d1", filters={"kind": ["play"]})
        again = await asked(client, "harbour lights?")
        other = await asked(client, "harbour lights?", by="bob")
        assert first == again and first["id"] != other["id"]
        assert first["text"] == "Harbour lights?" and first["deal"] == "d1" and first["language"] == "en"
        listed = (await client.get("/api/questions")).json()
        assert listed["total"] == 2
        accounting = (await client.get("/api/accounting")).json()
        assert accounting["applied"] == len(COMPANY) + 2 and accounting["dead_letters"] == 0


async def test_an_answer_is_one_that_the_asker_can_read(tmp_path: Path) -> None:
    """A document that she may not read is refused; one that she may read closes it, and the same again is no event."""
    async with indexed(tmp_path, COMPANY, Ticking()) as client:
        where = f"/api/questions/{(await asked(client, 'harbour lights'))['id']}"
        problem_of(await client.post(f"{where}/answered", json={"document": "secret"}), 422, "answer_unreadable")
        problem_of(await client.post(f"{where}/answered", json={"document": "nosuch"}), 404, "not_found")
        problem_of(await client.post(f"{where}/answered", json={}), 422, "field_missing")
        for _ in range(2):
            assert (await client.post(f"{where}/answered", json={"document": "ships", "by": "vic"})).status_code == 202
        found = (await client.get(where)).json()
        assert (found["status"], found["document"], found["closed_by"]) == ("answered", "ships", "vic")
        problem_of(await client.post(f"{where}/declined", json={"text": "No."}), 409, "question_closed")
        assert (await client.get("/api/accounting")).json()["applied"] == len(COMPANY) + 2


async def test_declined_and_asked_again(tmp_path: Path) -> None:
    """Whoever declines says why; asked again it is open, and so is one whose answer was put away."""
    async with indexed(tmp_path, COMPANY, Ticking()) as client:
        where = f"/api/questions/{(await asked(client, 'harbour lights'))['id']}"
        await client.post(f"{where}/declined", json={"by": "vic", "text": "Nobody knows."})
        found = (await client.get(where)).json()
        assert (found["status"], found["reason"]) == ("declined", "Nobody knows.")
        assert (await asked(client, "harbour lights"))["status"] == "open"
        await client.post(f"{where}/answered", json={"document": "ships", "by": "vic"})
        assert (await asked(client, "harbour lights"))["status"] == "answered"
        await client.post("/api/documents/ships/archived", json={"by": "vic"})
        assert (await asked(client, "harbour lights"))["status"] == "open"


async def test_put_aside_and_undone(tmp_path: Path) -> None:
    """It waits for nobody until it is taken up again, by those alone who may close it; the same again is nothing."""
    async with indexed(tmp_path, COMPANY, Ticking()) as client:
        where = f"/api/questions/{(await asked(client, 'harbour lights'))['id']}"
        for _ in range(2):
            assert (await client.post(f"{where}/dismissed", json={"by": "vic"})).status_code == 202
        assert (await client.get(where)).json()["status"] == "dismissed"
        waiting = (await client.get("/api/questions/waiting", params={"person": "vic"})).json()
        assert waiting["questions"] == waiting["unrouted"] == []
        problem_of(await client.post(f"{where}/declined", json={"text": "No."}), 409, "question_closed")
        for _ in range(2):
            assert (await client.post(f"{where}/restored", json={"by": "vic"})).status_code == 202
        assert len((await client.get("/api/questions/waiting", params={"person": "vic"})).json()["questions"]) == 1
        await client.post(f"{where}/answered", json={"document": "ships", "by": "vic"})
        for deed in ("dismissed", "restored"):
            problem_of(await client.post(f"{where}/{deed}", json={"by": "vic"}), 409, "question_closed")
        # Asked, put aside, taken up and answered, each once.
        assert (await client.get("/api/accounting")).json()["received"] == len(COMPANY) + 4


async def test_only_whose_it_is_may_put_it_aside(tmp_path: Path) -> None:
    """Its asker sees it and is refused; who does not see it learns nothing; its expert may, and undo it."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            asking = event("question.asked", "question/q", "2017-03-05", text="Why?", by="ann", expert="vic")
            await send_batch(client, [*COMPANY, asking])
            for person, status in (("ann", 403), ("bob", 404), ("vic", 202)):
                scope = Scope(person=person, role="rep")
                site.app.state.scope = scope
                for deed in ("dismissed", "restored"):
                    assert (await client.post(f"/api/questions/q/{deed}", json={})).status_code == status, (
                        person,
                        deed,
                    )


async def test_given_to_somebody_else(tmp_path: Path) -> None:
    """It waits for the new expert and for the old one no more; without one it is nobody's."""
    async with indexed(tmp_path, COMPANY, Ticking()) as client:
        where = f"/api/questions/{(await asked(client, 'harbour lights'))['id']}"
        problem_of(await client.post(f"{where}/assigned", json={"expert": "nosuch"}), 404, "rep_unknown")
        await client.post(f"{where}/assigned", json={"expert": "una", "by": "vic"})
        waiting = {
            rep: (await client.get("/api/questions/waiting", params={"person": rep})).json() for rep in ("vic", "una")
        }
        assert [len(waiting[rep]["questions"]) for rep in ("vic", "una")] == [0, 1]
        assert waiting["una"]["questions"][0]["because"] == "assigned"
        await client.post(f"{where}/assigned", json={"expert": None})
        found = (await client.get("/api/questions/waiting", params={"person": "una"})).json()
        assert not found["questions"] and len(found["unrouted"]) == 1


async def test_what_waits_for_a_verifier(tmp_path: Path) -> None:
    """Documents stand once, under the worst; contradictions with all that was said since the last verification."""
    async with indexed(tmp_path, COMPANY, Ticking()) as client:
        await client.post("/api/documents/ships/contradicted", json={"by": "ann", "text": "Old news."})
        await client.post("/api/documents/ships/verified", json={"by": "vic"})
        for text in ("Not at dawn.", "At noon."):
            await client.post("/api/documents/ships/contradicted", json={"by": "ann", "text": text})
        found = (await client.get("/api/questions/waiting", params={"person": "vic"})).json()
        assert found["count"] == 2
        assert {kind: [one["id"] for one in ones] for kind, ones in found["documents"].items()} == {
            "contradicted": ["ships"], "stale": [], "due": [], "unverified": ["cranes"],
        }  # fmt: skip
        said = found["documents"]["contradicted"][0]["contradictions"]
        assert [(one["by"], one["text"]) for one in said] == [("ann", "Not at dawn."), ("ann", "At noon.")]
        await client.post("/api/documents/ships/verified", json={"by": "vic"})
        assert (await client.get("/api/questions/waiting", params={"person": "vic"})).json()["count"] == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"by": "ann"}, "field_missing"),
        ({"text": "why"}, "field_missing"),
        ({"text": " \n ", "by": "ann"}, "field_missing"),
        ({"text": "x" * 1_001, "by": "ann"}, "field_size"),
        ({"text": "why", "by": "a b"}, "id_format"),
        ({"text": "why", "by": "ann", "deal": 7}, "field_type"),
        ({"text": "why", "by": "ann", "deal": "a/b"}, "id_format"),
        ({"text": "why\x00", "by": "ann"}, "text_control"),
        ({"text": "why", "by": "ann", "filters": {"mood": ["x"]}}, "field_unknown"),
        ({"text": "why", "by": "ann", "filters": {"tag": "x"}}, "field_type"),
        ({"text": "why", "by": "ann", "filters": {"tag": ["x"] * 51}}, "field_size"),
        ({"text": "why", "by": "ann", "filters": {"tag": ["x" * 256]}}, "field_size"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused(tmp_path: Path, body: Json, code: str) -> None:
    """A question without a text, with too long a one, or with fields of another shape is no event."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            problem_of(await client.post("/api/questions", json=body), 422, code)
            problem_of(await client.get("/api/questions/nosuch"), 404, "not_found")
            assert (await client.get("/api/accounting")).json()["received"] == 0


async def test_a_bare_search_asks_nobody(tmp_path: Path) -> None:
    """A search that finds nothing leaves no event: who searched for what is nobody's business until she asks."""
    async with indexed(tmp_path, COMPANY, Ticking()) as client:
        assert (await client.get("/api/search", params={"q": "zzzz"})).json()["good"] is False
        assert (await client.get("/search", params={"q": "zzzz"})).status_code == 200
        assert (await client.get("/api/questions")).json()["total"] == 0
        assert (await client.get("/api/accounting")).json()["received"] == len(COMPANY)


async def test_what_may_exist_already_is_shown_with_why(tmp_path: Path) -> None:
    """A draft that says what a document says finds it; not itself, nothing archived, nothing by chance."""
    async with indexed(tmp_path, COMPANY, Ticking()) as client:
        draft = {"title": "Cranes", "text": "The harbour cranes are **oiled** every Monday morning."}
        (first,) = (await client.post("/api/documents/alike", json=draft)).json()["alike"]
        assert (first["id"], first["title"], first["trust"]) == ("document/cranes", "Cranes", "unverified")
        assert {"harbour", "oiled", "Monday"} <= set(first["why"]["matched"])
        itself = (await client.post("/api/documents/alike", json=draft | {"id": "cranes"})).json()["alike"]
        other = {"title": "Holidays", "text": "Who is away in summer writes it into the calendar."}
        assert itself == [] and (await client.post("/api/documents/alike", json=other)).json()["alike"] == []
        assert (await client.post("/api/documents/alike", json={"title": "a"})).json()["alike"] == []
        await client.post("/api/documents/cranes/archived", json={"by": "vic"})
        assert (await client.post("/api/documents/alike", json=draft)).json()["alike"] == []
        problem_of(await client.post("/api/documents/alike", json={"title": 7}), 422, "field_type")
        problem_of(await client.post("/api/documents/alike", json={"title": "\x00ab"}), 422, "text_control")
