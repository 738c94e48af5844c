"""The story of a deal over HTTP: by id and by key, latest and on both axes of the past."""

from pathlib import Path

import pytest

from services.identity import identify
from tests.api.houses import Site, opened, problem_of, send, send_batch
from tests.builders import deal, event, order, stage, won

FACTS = [
    deal("one", "2017-03-01", owner="ann", amount="10.00", currency="USD"),
    stage("one", "2017-03-02", "talks"),
    won("one", "2017-03-05"),
]


async def told(site: Site, path: str) -> list[str]:
    """Return the types of the events of a story."""
    async with site.client() as client:
        answer = await client.get(f"/api/deals/{path}")
        assert answer.status_code == 200, answer.text
        return [chapter["event"]["type"] for chapter in answer.json()["timeline"]]


async def test_the_shape_of_a_story(tmp_path: Path) -> None:
    """A story says how the deal stands, and for each event when it was known and what it moved."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send_batch(client, FACTS)
            found = (await client.get("/api/deals/one")).json()
    timeline = found.pop("timeline")
    assert found == {
        "deal": "one", "status": "won", "owner": "ann", "account": None, "pipeline": None, "stage": "talks",
        "amount": "10.00", "currency": "USD", "deleted": False, "merged_into": None, "anomalies": [],
    }  # fmt: skip
    assert [chapter["position"] for chapter in timeline] == [1, 2, 3]
    moved = [line for line in timeline[2]["moved"] if line["measure"] == "won"]
    assert [(line["rep"], line["day"], line["amount"]) for line in moved] == [
        ("ann", "2017-03-05", {"amount": "10.00", "currency": "USD"})
    ]
    assert timeline[2]["event"]["type"] == "deal.won"


async def test_the_past_of_a_story(tmp_path: Path) -> None:
    """As of a moment it has what was known, happened by a moment what had happened."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send_batch(client, FACTS[:1])
            site.clock.set("2018-01-02T00:00:00Z")
            await send_batch(client, FACTS[1:])
        assert await told(site, "one") == ["deal.created", "deal.stage_changed", "deal.won"]
        assert await told(site, "one?as_of=2018-01-01T12:00:00Z") == ["deal.created"]
        assert await told(site, "one?happened_by=2017-03-02") == ["deal.created", "deal.stage_changed"]


async def test_merged_deals_share_a_story(tmp_path: Path) -> None:
    """The story of the deal that stays has the events of the one that was merged into it."""
    merged = event("deal.merged", "deal/two", "2017-03-06", into="one")
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send_batch(client, [*FACTS, *order("two", "2017-03-04"), merged])
        assert "deal.merged" in await told(site, "one")
        assert len(await told(site, "one")) == len(FACTS) + 3


async def test_a_deal_is_found_by_its_key(tmp_path: Path) -> None:
    """The key of a deal at its source leads to it; whoever asks need not know the hashed id."""
    with opened(tmp_path) as site:
        hashed = identify(site.house.secret, "deal", "crm", "OPP-1")
        async with site.client() as client:
            await send(client, deal(hashed, "2017-03-01"))
        assert await told(site, "OPP-1") == ["deal.created"]


@pytest.mark.parametrize("path", ["nothing", "one?as_of=2017-06-01", "x" * 3_000])
async def test_what_is_not_there(tmp_path: Path, path: str) -> None:
    """Unknown deals, and moments before anything was known, are problems."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send_batch(client, FACTS)
            answer = await client.get(f"/api/deals/{path}")
            code = "before_the_journal" if "as_of" in path else "not_found"
            problem_of(answer, 422 if "as_of" in path else 404, code)
