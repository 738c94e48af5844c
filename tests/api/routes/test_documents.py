"""Documents over HTTP: read by those who may, written by one at a time, judged and used."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.scope import Scope
from tests.api.houses import Json, Site, opened, problem_of, send_batch
from tests.builders import Wire, deal, event, joined, lost, team, won

TEXT = "# Price\n\nAsk **first**."


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The application with an empty store."""
    with opened(tmp_path) as found:
        yield found


def as_person(site: Site, person: str, role: str = "rep", *teams: str) -> None:
    """Let everybody be one person from here on."""
    scope = Scope(person=person, role=role, teams=frozenset(teams))  # type: ignore[arg-type]
    site.app.state.scope = scope


async def post(client: httpx.AsyncClient, path: str, **fields: object) -> httpx.Response:
    """Send an object."""
    return await client.post(f"/api/documents{path}", json=fields)


async def told(client: httpx.AsyncClient, *wires: Wire | list[Wire]) -> None:
    """Send events that must all be taken."""
    flat = [one for wire in wires for one in (wire if isinstance(wire, list) else [wire])]
    answer = await send_batch(client, flat)
    assert answer.status_code == 202, answer.text


async def written(client: httpx.AsyncClient, name: str, **fields: object) -> str:
    """Write a document and return the base of its first version."""
    answer = await post(client, "", **({"id": name, "title": "Price", "text": TEXT, "readers": ["everyone"]} | fields))
    assert answer.status_code == 202, answer.text
    assert answer.json()["id"] == name
    return str(answer.json()["base"])


async def shown(client: httpx.AsyncClient, name: str) -> Json:
    """Return a document."""
    answer = await client.get(f"/api/documents/{name}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_a_document_is_written_and_read(site: Site) -> None:
    """What is written is there at once, with its language, its trust and its history."""
    async with site.client() as client:
        base = await written(client, "p", kind="play", tags=["price"])
        found = await shown(client, "p")
        assert (found["title"], found["text"], found["kind"], found["language"]) == ("Price", TEXT, "play", "en")
        assert (found["base"], found["trust"], found["versions"]) == (base, "unverified", 1)
        named = await post(client, "", title="报价", text="先问。")
        listed = (await client.get("/api/documents")).json()
        assert listed["total"] == 2
        assert {one["language"] for one in listed["documents"]} == {"en", "zh"}
        assert named.json()["id"] in {one["id"] for one in listed["documents"]}
        await written(client, "q", kind="note", verifier="vic")
        for query, total in (("kind=play", 1), ("verifier=vic", 1), ("trust=verified", 0), ("archived=true", 0)):
            assert (await client.get(f"/api/documents?{query}")).json()["total"] == total, query


async def test_of_two_writers_one_learns_of_the_other(site: Site) -> None:
    """Twenty people save on one version at the same moment: one version is written, all others hear 409."""
    async with site.client() as client:
        base = await written(client, "p")
        saves = [post(client, "/p/versions", base=base, title="Price", text=f"By {number}") for number in range(20)]
        answers = await asyncio.gather(*saves)
        assert sorted(answer.status_code for answer in answers) == [202, *[409] * 19]
        refused = next(answer for answer in answers if answer.status_code == 409)
        problem_of(refused, 409, "document_changed")
        assert (await shown(client, "p"))["versions"] == 2
        problem_of(await post(client, "/p/versions", base=base, title="Price", text="Late"), 409, "document_changed")


async def test_saving_twice_is_saving_once(site: Site) -> None:
    """A second click, or the same request again, is answered by the version that is there already."""
    async with site.client() as client:
        base = await written(client, "p")
        first = await post(client, "/p/versions", base=base, title="Price", text="Other")
        site.clock.set("2018-01-02T00:00:00Z")
        again = await post(client, "/p/versions", base=base, title="Price", text="Other")
        assert (first.status_code, again.status_code) == (202, 202)
        assert first.json() == again.json()
        assert (await shown(client, "p"))["versions"] == 2
        assert (await written(client, "q")) == (await written(client, "q"))


async def test_versions_and_their_differences(site: Site) -> None:
    """Each version can be read, and what changed between two of them."""
    async with site.client() as client:
        base = await written(client, "p")
        site.clock.set("2018-01-02T00:00:00Z")
        await post(client, "/p/versions", base=base, title="Price", text="# Price\n\nAsk twice.")
        first = (await client.get("/api/documents/p/versions/1")).json()
        assert (first["text"], first["base"]) == (TEXT, base)
        lines = (await client.get("/api/documents/p/changes?before=1&after=2")).json()["lines"]
        assert [line["text"] for line in lines if line["way"] != "same"] == ["Ask **first**.", "Ask twice."]
        problem_of(await client.get("/api/documents/p/versions/3"), 404, "not_found")
        problem_of(await client.get("/api/documents/p/changes?before=1&after=9"), 404, "not_found")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"title": "T", "text": " \n"}, 422, "doc_blank"),
        ({"title": "", "text": "x"}, 422, "doc_blank"),
        ({"title": "T"}, 422, "doc_blank"),
        ({"title": "T", "text": "镜" * 22_000}, 422, "doc_long"),
        ({"title": "T", "text": "x", "readers": ["nobody"]}, 422, "id_format"),
        ({"title": "T", "text": "x", "kind": "poem"}, 422, "field_value"),
        ({"title": "T", "text": "x", "id": "a b"}, 422, "subject_format"),
        ({"title": "T", "text": "x\x00"}, 422, "text_control"),
    ],
)
async def test_what_cannot_be_written(site: Site, fields: Json, status: int, code: str) -> None:
    """Each bad field is refused with its code, and nothing is written."""
    async with site.client() as client:
        problem_of(await client.post("/api/documents", json=fields), status, code)
        assert (await client.get("/api/documents")).json()["total"] == 0


async def test_deeds_are_events(site: Site) -> None:
    """Verified, used, judged, contradicted, archived, restored and described: the document tells of each."""
    async with site.client() as client:
        await written(client, "p", author="ann", verifier="vic")
        await told(client, deal("1", "2017-03-01", owner="bob"))
        for deed, fields in (
            ("verified", {"by": "vic"}),
            ("used", {"deal": "1", "by": "bob"}),
            ("found_helpful", {"helpful": True, "by": "bob"}),
            ("updated", {"tags": ["x"]}),
            ("archived", {"by": "vic"}),
        ):
            assert (await post(client, f"/p/{deed}", **fields)).status_code == 202, deed
        found = await shown(client, "p")
        assert (found["trust"], found["uses"], found["tags"], found["archived"]) == ("verified", 1, ["x"], True)
        assert found["helpful"] == {"yes": 1, "answers": 1}
        await post(client, "/p/restored")
        site.clock.set("2018-01-03T00:00:00Z")
        await post(client, "/p/contradicted", by="bob", text="No.")
        found = await shown(client, "p")
        assert (found["trust"], found["archived"]) == ("unverified", False)
        health = (await client.get("/api/documents/health")).json()
        assert [one["id"] for one in health["ailing"]["contradicted"]] == ["p"]
        board = (await client.get("/api/boards/assists?period=2018")).json()
        assert [(row["id"], row["value"]) for row in board["rows"]] == [("ann", 1)]
        problem_of(await post(client, "/p/sung"), 422, "validation")
        problem_of(await post(client, "/p/used"), 422, "field_missing")
        problem_of(await post(client, "/nosuch/verified"), 404, "not_found")


async def test_the_record_tells_won_from_lost(site: Site) -> None:
    """Deals by what became of them after the use; a merged deal counts once, a deleted one not at all."""
    async with site.client() as client:
        await written(client, "p", author="ann")
        deals = [deal(name, "2018-01-01", owner="bob") for name in "123456"]
        uses = [event("document.used", "document/p", "2018-01-01", deal=name, by="bob") for name in "123456"]
        site.clock.set("2018-02-01T00:00:00Z")
        await told(
            client,
            *(deals, uses, [won("1", "2018-01-05"), lost("2", "2018-01-06"), won("6", "2017-12-01")]),
            event("deal.merged", "deal/3", "2018-01-07", into="1"),
            event("deal.deleted", "deal/4", "2018-01-07"),
        )
        record = (await shown(client, "p"))["record"]
        assert isinstance(record, dict)
        told_of = {name: record[name] for name in ("won", "lost", "open", "closed_before", "sample")}
        assert told_of == {"won": 1, "lost": 1, "open": 1, "closed_before": 1, "sample": 2}
        why = (await client.get("/api/why/assists?rep=ann&period=2018")).json()
        assert len(why["lines"]) == 6


async def test_only_readers_read(site: Site) -> None:
    """Who is not named sees nothing, in no list, version, difference, health or record: as if it were not there."""
    async with site.client() as client:
        await told(client, team("north"), joined("bob", team="north"), joined("una", team="south"))
        await written(client, "north", title="CANARY", text="CANARY", readers=["team:north"])
        await written(client, "closed", title="CANARY", text="CANARY", readers=[], author="ann")
        as_person(site, "una", "rep", "south")
        for path in ("", "/health", "?archived=true"):
            assert "CANARY" not in (await client.get(f"/api/documents{path}")).text
        missing = await client.get("/api/documents/nosuch")
        for path in ("north", "closed", "north/versions/1", "north/changes"):
            answer = await client.get(f"/api/documents/{path}")
            problem_of(answer, 404, "not_found")
            assert answer.json()["detail"] == missing.json()["detail"]
        for path in ("/documents/north", "/documents/north/edit", "/documents/north/changes", "/knowledge"):
            assert "CANARY" not in (await client.get(path, headers={"Accept": "text/html"})).text
        problem_of(await post(client, "/north/used", deal="1"), 404, "not_found")
        problem_of(await post(client, "/north/versions", base="x", title="T", text="x"), 404, "not_found")
        problem_of(await post(client, "", id="north", title="T", text="x"), 404, "not_found")
        as_person(site, "bob", "rep", "north")
        assert (await shown(client, "north"))["text"] == "CANARY"
        as_person(site, "ann")
        assert (await shown(client, "closed"))["text"] == "CANARY"


async def test_readers_judge_and_do_not_change(site: Site) -> None:
    """Who may read uses and judges, in their own name whatever they send; the author and the verifier change it."""
    async with site.client() as client:
        base = await written(client, "p", author="ann", verifier="vic")
        as_person(site, "bob")
        problem_of(await post(client, "/p/versions", base=base, title="T", text="Mine"), 403, "not_yours")
        for deed in ("verified", "archived", "updated"):
            problem_of(await post(client, f"/p/{deed}", readers=["everyone"]), 403, "not_yours")
        assert (await client.get("/documents/p/edit", headers={"Accept": "text/html"})).status_code == 403
        assert (await post(client, "/p/found_helpful", helpful=True, by="ann")).status_code == 202
        as_person(site, "vic")
        site.clock.set("2018-01-02T00:00:00Z")
        assert (await post(client, "/p/verified", by="ann")).status_code == 202
        assert (await shown(client, "p"))["verified_by"] == "vic"
        as_person(site, "ann")
        assert (await post(client, "/p/versions", base=base, title="T", text="Mine")).status_code == 202
        assert (await shown(client, "p"))["helpful"] == {"yes": 1, "answers": 1}


async def test_the_past_of_a_document(site: Site) -> None:
    """As of a moment, and by what had happened, a document is as it was then."""
    async with site.client() as client:
        base = await written(client, "p")
        site.clock.set("2018-02-01T00:00:00Z")
        await post(client, "/p/versions", base=base, title="Price", text="Later")
        then = (await client.get("/api/documents/p?happened_by=2018-01-15")).json()
        assert (then["text"], then["versions"]) == (TEXT, 1)


async def test_preview_is_what_the_page_shows(site: Site) -> None:
    """A preview is made by the same rules as the page; hostile text does nothing in it."""
    async with site.client() as client:
        html = (await post(client, "/preview", text="**b** <img src=x onerror=x>")).json()["html"]
        assert "<strong>b</strong>" in html and "<img" not in html
        problem_of(await post(client, "/preview"), 422, "field_missing")


async def test_a_clock_that_goes_back_hides_nothing(site: Site) -> None:
    """What is saved last stands, even if the clock says that it was written before the version it was written on."""
    async with site.client() as client:
        base = await written(client, "p")
        site.clock.set("2017-06-01T00:00:00Z")
        assert (await post(client, "/p/versions", base=base, title="Price", text="Later")).status_code == 202
        await post(client, "/p/verified")
        found = await shown(client, "p")
        assert (found["text"], found["versions"], found["verified_at"] is not None) == ("Later", 2, True)


async def test_what_is_done_in_one_microsecond_stands_in_its_order(site: Site) -> None:
    """However often a document is used, taken back and judged while the clock stands still, the last word counts."""
    async with site.client() as client:
        await told(client, deal("1", "2017-03-01", owner="ann"))
        await written(client, "d", author="ann")
        for turn in range(6):
            for name, fields in (
                ("used", {"deal": "1"}),
                ("use_withdrawn", {"deal": "1"}),
                ("found_helpful", {"helpful": True}),
                ("found_helpful", {"helpful": turn % 2 == 0}),
            ):
                answer = await post(client, f"/d/{name}", by="bob", **fields)
                assert answer.status_code == 202, answer.text
            document = await shown(client, "d")
            assert (document["uses"], document["helpful"]) == (0, {"yes": int(turn % 2 == 0), "answers": 1}), turn


async def test_deeds_at_once_have_moments_of_their_own(site: Site) -> None:
    """Of people who act at the same microsecond no two have the same time, and a clock set back is believed."""
    async with site.client() as client:
        await written(client, "d", author="ann")
        await asyncio.gather(*(post(client, "/d/found_helpful", by=f"r{one}", helpful=True) for one in range(20)))
        asked = "SELECT time_us FROM events WHERE type = 'document.found_helpful'"
        times = [time_us for (time_us,) in site.house.questions.connection().execute(asked)]
        assert len(set(times)) == len(times) == 20
    before = site.clock.now_us
    site.clock.now_us = before - 3_600_000_000
    assert site.house.moments.after(0) == site.clock.now_us < before
    assert site.house.moments.after(before) == before + 1
    assert site.house.moments.after(0) == site.clock.now_us + 2


@pytest.mark.parametrize(("text", "code"), [("\ud800", "text_surrogate"), ("x" * 65_537, "field_size")])
async def test_a_preview_is_of_what_a_document_may_be(site: Site, text: str, code: str) -> None:
    """Half a letter, and more than a document may have, are refused as when saved."""
    async with site.client() as client:
        body = json.dumps({"text": text})
        found = await client.post("/api/documents/preview", content=body, headers={"Content-Type": "application/json"})
        problem_of(found, 422, code)
