"""Boards over HTTP: their shape, every metric in every form, and the two axes of the past."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.metrics.registry import registry
from tests.api.companies import BETWEEN, company
from tests.api.houses import Json, Site, opened, problem_of, send, send_batch
from tests.builders import joined, order, rate, team

FORMS = (
    "",
    "period=2026",
    "period=2026-Q3",
    "period=2026-10",
    "period=2026-10-05",
    "period=2026-09-01..2026-10-15",
    "period=this-month&by=team",
    "period=last-week&by=team&team=west",
    "period=today",
    "period=yesterday",
    "period=this-year&team=nowhere",
    "period=2026&format=csv",
    f"period=2026&as_of={BETWEEN}",
    "period=2026&happened_by=2026-10-01",
    "period=1900-01-01..1900-01-02",
    "period=9998-12-31",
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the sample company."""
    with company(tmp_path_factory.mktemp("company")) as site:
        yield site


async def board_of(site: Site, path: str) -> Json:
    """Return a board as JSON."""
    async with site.client() as client:
        answer = await client.get(f"/api/boards/{path}")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found


async def test_the_shape_of_a_board(tmp_path: Path) -> None:
    """A board says what it counts, for when, as of what, and each row its rank, value and sample."""
    wires = [
        joined("ann", name="Ann"),
        joined("bob", name="Bob"),
        joined("cy", name="Cy"),
        joined("dan", name="Dan"),
        team("north"),
        *order("one", "2017-03-01", owner="ann"),
        *order("two", "2017-03-01", owner="bob"),
        *order("three", "2017-03-02", owner="cy", amount="30.00"),
    ]
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send_batch(client, wires)
            answer = await client.get("/api/boards/won_amount?period=2017-03")
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    rows = found.pop("rows")
    assert found.pop("applied_at").startswith("2018-01-01T00:00:00")
    assert found == {
        "metric": "won_amount",
        "definition_version": 1,
        "rules_version": 1,
        "period": {"label": "2017-03", "from": "2017-03-01", "to": "2017-03-31"},
        "view": {"kind": "latest"},
        "position": len(wires),
        "zone": "UTC",
        "unit": "money",
        "by": "rep",
        "total": {"value": {"amount": "50.00", "currency": "USD"}, "sample": 3},
    }
    assert [(row["rank"], row["id"], row["name"]) for row in rows] == [
        (1, "cy", "Cy"),
        (2, "ann", "Ann"),
        (2, "bob", "Bob"),
        (4, "dan", "Dan"),
    ]
    assert rows[0] == {
        "rank": 1, "id": "cy", "name": "Cy", "team": None, "team_name": None,
        "value": {"amount": "30.00", "currency": "USD"}, "sample": 1,
    }  # fmt: skip


async def test_several_currencies_and_no_denominator(tmp_path: Path) -> None:
    """Several currencies stand beside one converted sum with its rate days; a ratio of nothing is null."""
    wires = [
        joined("ann"),
        rate("EUR", "2017-01-01", "2"),
        *order("one", "2017-03-01"),
        order("two", "2017-03-01")[0] | {"id": "e", "subject": "deal/e"},
    ]
    wires[-1]["data"] = {"owner": "ann", "amount": "5.00", "currency": "EUR"}
    won = order("e", "2017-03-01")[1]
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send_batch(client, [*wires, won])
        money = await board_of(site, "won_amount?period=2017-03")
        ratio = await board_of(site, "win_rate?period=2016-03")
    total = money["total"]
    assert isinstance(total, dict)
    assert total["value"] == {"amount": "20.00", "currency": "USD"}
    assert total["values"] == [{"amount": "5.00", "currency": "EUR"}, {"amount": "10.00", "currency": "USD"}]
    assert total["converted"] == {"amount": "20.00", "currency": "USD", "rate_days": ["2017-03-01"]}
    assert (ratio["total"], ratio["unit"]) == ({"value": None, "sample": 0}, "ratio")


@pytest.mark.parametrize("metric", registry())
async def test_every_metric_in_every_form(sample: Site, metric: str) -> None:
    """No metric breaks on any form of period, grouping, team, format or view."""
    async with sample.client() as client:
        for form in FORMS:
            answer = await client.get(f"/api/boards/{metric}?{form}")
            assert answer.status_code == 200, (form, answer.text)
            if "csv" not in form:
                _check(answer.json())


def _check(board: Json) -> None:
    """Check what holds on every board: ranks skip ties, values are of the unit, and samples count."""
    rows = board["rows"]
    assert isinstance(rows, list)
    ranks = [row["rank"] for row in rows if row["rank"] is not None]
    assert ranks == sorted(ranks)
    assert all(rank == index + 1 or rank == ranks[index - 1] for index, rank in enumerate(ranks))
    for row in rows:
        assert row["sample"] >= 0
        if board["unit"] in ("money", "money_per_day"):
            assert row["value"] is None or set(row["value"]) == {"amount", "currency"}
        else:
            assert row["value"] is None or isinstance(row["value"], int | float)


@pytest.mark.parametrize("metric", [name for name, metric in registry().items() if not metric.states])
async def test_other_zones(sample: Site, metric: str) -> None:
    """Every metric but those read from the deals themselves has boards in other zones."""
    assert (await board_of(sample, f"{metric}?period=2026-Q3&zone=Asia/Shanghai"))["zone"] == "Asia/Shanghai"


async def test_teams_sum_up_to_the_whole(sample: Site) -> None:
    """The boards by rep and by team have the same total, and the rows of the teams above all others sum up to it."""
    reps = await board_of(sample, "deals_created?period=2026")
    teams = await board_of(sample, "deals_created?period=2026&by=team")
    assert reps["total"] == teams["total"]
    rows, whole = teams["rows"], teams["total"]
    assert isinstance(rows, list) and isinstance(whole, dict)
    assert sum(row["value"] for row in rows if row["team"] is None) == whole["value"]


async def test_what_was_known_and_what_had_happened(sample: Site) -> None:
    """As of a moment between the halves only the first was known; by then all had happened."""
    now = await board_of(sample, "deals_created?period=2026")
    known = await board_of(sample, f"deals_created?period=2026&as_of={BETWEEN}")
    happened = await board_of(sample, "deals_created?period=2026&happened_by=2026-11-24T16:00:00Z")
    assert known["view"] == {"kind": "as_of", "at": "2026-11-24T15:00:00Z"}
    assert happened["view"] == {"kind": "happened_by", "at": "2026-11-24T16:00:00Z"}
    totals = [board["total"] for board in (now, known, happened)]
    assert totals[0] == totals[2] != totals[1]
    assert int(str(known["position"])) < int(str(now["position"]))


async def test_csv_is_what_is_shown(sample: Site) -> None:
    """The CSV of a board has its rows in the same places with the same values."""
    shown = await board_of(sample, "won_amount?period=2026-Q3")
    async with sample.client() as client:
        answer = await client.get("/api/boards/won_amount?period=2026-Q3&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="won_amount-2026-07-01..2026-09-30.csv"'
    read = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    rows = shown["rows"]
    assert isinstance(rows, list)
    assert [(row["id"], row["value"]) for row in read] == [(row["id"], row["value"]["amount"]) for row in rows]


async def test_names_cannot_run_in_a_spreadsheet(tmp_path: Path) -> None:
    """A name that a spreadsheet would compute comes with an apostrophe in CSV, and as it is in JSON."""
    with opened(tmp_path) as site:
        async with site.client() as client:
            await send(client, joined("ann", name="=HYPERLINK(1)"))
            read = (await client.get("/api/boards/calls?format=csv")).text
        shown = await board_of(site, "calls")
    assert "'=HYPERLINK(1)" in read
    assert isinstance(shown["rows"], list)
    assert shown["rows"][0]["name"] == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nothing", 404, "metric_unknown"),
        ("won_amount?period=never", 422, "period_unclear"),
        ("won_amount?period=2017-13", 422, "period_unclear"),
        ("won_amount?period=2017-02-30", 422, "period_unclear"),
        ("won_amount?period=2017-03-02..2017-03-01", 422, "period_unclear"),
        ("won_amount?period=0001", 422, "period_unclear"),
        ("won_amount?period=9999", 422, "period_unclear"),
        ("won_amount?period=1900-01-01..9998-01-01", 422, "period_unclear"),
        ("won_amount?period=" + "x" * 41, 422, "validation"),
        ("won_amount?by=nobody", 422, "validation"),
        ("won_amount?format=xml", 422, "validation"),
        ("won_amount?zone=Mars/Olympus", 422, "zone_unknown"),
        ("won_amount?zone=../../etc/passwd", 422, "zone_unknown"),
        ("won_amount?as_of=soon", 422, "moment_unclear"),
        ("won_amount?as_of=9999-12-31T23:59:59-14:00", 422, "moment_unclear"),
        ("won_amount?happened_by=0001-01-01T00:00:00%2B14:00", 422, "moment_unclear"),
        ("won_amount?as_of=2017-01-01&happened_by=2017-01-01", 422, "two_views"),
        ("won_amount?as_of=1999-01-01", 422, "before_the_journal"),
        ("untouched_deals?zone=Asia/Shanghai", 422, "view_unsupported"),
    ],
)
async def test_a_question_that_makes_no_sense(sample: Site, path: str, status: int, code: str) -> None:
    """It is a problem that says what would make sense."""
    async with sample.client() as client:
        problem_of(await client.get(f"/api/boards/{path}"), status, code)


async def test_two_views_at_once_are_told(sample: Site) -> None:
    """Both axes of the past are refused as what they are, and not as a period that nobody gave."""
    async with sample.client() as client:
        found = await client.get("/api/boards/won_amount?as_of=2017-01-01&happened_by=2017-01-01")
        assert "not both" in str(problem_of(found, 422, "two_views")["detail"])


@pytest.mark.parametrize("moment", ["1970-01-01", "9990-12-31T23:59:59-14:00", "20261001", "2026-W40-1"])
async def test_moments_at_the_ends(sample: Site, moment: str) -> None:
    """The first and the last moments of the calendar, and other ISO 8601 forms, can be asked for."""
    await board_of(sample, f"open_pipeline?happened_by={moment}")


async def test_before_anything_was_known(tmp_path: Path) -> None:
    """An empty store has empty boards; as of any moment it knew nothing, and says where else to look."""
    with opened(tmp_path) as site:
        board = await board_of(site, "won_amount")
        async with site.client() as client:
            found = problem_of(await client.get("/api/boards/won_amount?as_of=2017-01-01"), 422, "before_the_journal")
    assert (board["rows"], board["position"], board["applied_at"]) == ([], 0, None)
    assert "happened" in str(found["detail"])


async def test_definitions_are_published(sample: Site) -> None:
    """Every metric says in both languages what it counts, and the list is that of the single ones."""
    async with sample.client() as client:
        every = (await client.get("/api/metrics")).json()
        assert [one["metric"] for one in every] == list(registry())
        for one in every:
            assert (await client.get(f"/api/metrics/{one['metric']}")).json() == one
            words = [one[name] for name in ("title", "time_field", "value_field", "owner_rule", "filter")]
            assert all(word["en"] and word["zh"] for word in words)
