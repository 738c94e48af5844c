"""Search and similar deals over HTTP, on a server whose index follows its store."""

import asyncio
from pathlib import Path

from tests.api.houses import BREATH_SECONDS, indexed, opened, problem_of, send_batch
from tests.builders import deal, event, lost, pipeline, stage, won
from tests.stores import Wire

PIPELINE = {"pipeline": "main"}
MONEY = {"amount": "10.00", "currency": "USD"}
PLAY = {"kind": "play", "title": "Migration", "text": "Show the migration plan.", "readers": ["everyone"]}


def account(name: str, industry: str) -> Wire:
    """Return an account that is known from long ago."""
    return event("account.created", f"account/{name}", "2016-01-01", industry=industry, size="120", name=name.title())


def past(name: str, end: Wire, note: str, to: str = "bank") -> list[Wire]:
    """Return a deal that was called, offered and decided."""
    return [
        deal(
            name,
            "2017-03-01",
            stage="call",
            title=f"Deal {name}",
            account=to,
            amount="10.00",
            currency="USD",
            **PIPELINE,
        ),
        event("deal.noted", f"deal/{name}", "2017-03-03", text=note),
        stage(name, "2017-03-05", "offer"),
        event("activity.logged", f"activity/{name}", "2017-03-06", kind="demo", by="ann", deal=name),
        end,
    ]


COMPANY: list[Wire] = [
    pipeline("main", "call", "offer"),
    account("bank", "banking"),
    account("mine", "mining"),
    *past("w", won("w", "2017-03-20"), "They fear the migration of old invoices."),
    *past("l", lost("l", "2017-03-11", reason="price"), "The migration is too slow.", to="mine"),
    deal("open", "2017-04-01", stage="call", title="Bank again", account="bank", **MONEY, **PIPELINE),
    event("deal.noted", "deal/open", "2017-04-02", text="Is migration a risk?"),
    event("document.written", "document/p", "2017-03-01", author="ann", **PLAY),
]


async def test_search_tells_why(tmp_path: Path) -> None:
    """Documents and deals are found in one list, each with its words, its fields and what became of it."""
    async with indexed(tmp_path, COMPANY) as client:
        answer = (await client.get("/api/search", params={"q": "migration"})).json()
        assert answer["hits"][0]["id"] == "document/p" and answer["by_meaning"] is False
        assert {hit["id"] for hit in answer["hits"]} == {"document/p", "deal/w@main/offer", "deal/l@main/offer"}
        first = answer["hits"][0]
        assert first["why"]["matched"] == ["migration"] and first["trust"] == "unverified"
        start, end = first["snippet"]["highlights"][0]
        assert first["snippet"]["text"][start:end] == "migration" and first["path"] == "/documents/p"
        only = (await client.get("/api/search", params={"q": "migration", "kind": "deal", "outcome": "lost"})).json()
        assert [hit["deal"]["deal"] for hit in only["hits"]] == ["l"]


async def test_deals_like_mine_at_my_stage(tmp_path: Path) -> None:
    """Won and lost apart, with the steps after the stage, the days, the traits and their share, and the sample."""
    async with indexed(tmp_path, COMPANY) as client:
        answer = (await client.get("/api/deals/open/similar", params={"weight": 0.5})).json()
        assert (answer["stage"], answer["weight_used"]) == ("main/call", 0.5)
        (won_one,), (lost_one,) = answer["won"], answer["lost"]
        assert (won_one["deal"], lost_one["deal"]) == ("w", "l") and won_one["score"] > lost_one["score"]
        assert [step["kind"] for step in won_one["next_steps"]] == ["stage", "demo", "won"]
        assert won_one["days_to_close"] == 19 and lost_one["days_to_close"] == 10
        assert answer["sample"] == {
            "size": 2, "won": 1, "lost": 1,
            "days_to_close": {"median": 14, "won_median": 19, "lost_median": 10, "sample": 2},
        }  # fmt: skip
        assert {one["trait"] for one in won_one["why"]["traits"]} == {"industry", "size_band", "amount_minor"}
        assert "migration" in won_one["sentence"]["text"]
        offer = (await client.get("/api/deals/open/similar", params={"stage": "offer"})).json()
        assert offer["stage"] == "main/offer" and offer["sample"]["size"] == 2
        problem_of(await client.get("/api/deals/open/similar", params={"stage": "nosuch"}), 404, "stage_unknown")
        problem_of(await client.get("/api/deals/none/similar"), 404, "not_found")
        problem_of(await client.get("/api/search", params={"q": "x", "kind": "nosuch"}), 422, "kind_unknown")


async def test_a_qdrant_server_that_is_away(tmp_path: Path) -> None:
    """A question is told that the index is away, the health page that search is in trouble, and boards go on."""
    with opened(tmp_path, qdrant="http://127.0.0.1:9") as site:
        async with site.app.router.lifespan_context(site.app), site.client() as client:
            await send_batch(client, COMPANY)
            while not (status := (await client.get("/api/health")).json())["search"]["trouble"]:
                await asyncio.sleep(BREATH_SECONDS)
            assert "search_trouble" in {one["code"] for one in status["remarks"]}
            assert "does not answer" in status["search"]["trouble"]
            assert (await client.get("/api/boards/won_amount?period=2017-Q1")).status_code == 200
            page = await client.get("/health")
            assert "paceline index status" in page.text
