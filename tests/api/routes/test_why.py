"""What is behind a number: the lines add up to it, for every metric where a sum says something."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.api.companies import BETWEEN, company
from tests.api.houses import Json, Site, problem_of

COUNTS = (
    "calls deals_created deals_lost deals_reopened deals_won demos effective_calls emails followups_done meetings "
    "new_customers stage_entries tickets_resolved visits won_back"
).split()
MONEY = "lost_amount open_pipeline received_amount won_amount won_amount_booked".split()
SAMPLES = {
    "csat": "rated",
    "first_reply_seconds": "first_reply",
    "lead_response_seconds": "lead_response",
    "resolution_seconds": "resolution",
    "sales_cycle_days": "cycle",
    "sales_cycle_days_mean": "cycle",
    "stage_days": "left",
}
RATIOS = {
    "followups_on_time": ("followup_kept", "followup_due"),
    "lead_conversion": ("lead_converted", "lead_created"),
    "win_rate_cohort": ("cohort_won", "created"),
}
VIEWS = ("period=2026", "period=2026-Q3", f"period=2026&as_of={BETWEEN}", "period=2026&happened_by=2026-10-01")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the sample company."""
    with company(tmp_path_factory.mktemp("company")) as site:
        yield site


async def behind(site: Site, metric: str, view: str) -> list[tuple[Json, list[Json]]]:
    """Return each row of a board with all the lines behind it."""
    found: list[tuple[Json, list[Json]]] = []
    async with site.client() as client:
        board = (await client.get(f"/api/boards/{metric}?{view}")).json()
        for row in board["rows"]:
            if not row["id"]:
                continue
            path, lines = f"/api/why/{metric}?{view}&rep={row['id']}&limit=200", []
            while True:
                page = (await client.get(f"{path}&offset={len(lines)}")).json()
                assert (page["value"], page["sample"]) == (row["value"], row["sample"])
                lines += page["lines"]
                if len(lines) >= page["lines_total"]:
                    break
            found.append((row, lines))
    assert found
    return found


def shares(lines: list[Json], measure: str | None = None) -> Decimal:
    """Return the sum of the shares of lines; a follow-up that was done too late was not kept."""
    kept = [line for line in lines if measure in (None, line["measure"])]
    kept = [line for line in kept if line["measure"] != "followup_kept" or int(str(line["value"])) >= 0]
    return sum((Decimal(str(line["share"])) for line in kept), Decimal(0))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("metric", COUNTS)
async def test_counts_are_the_sum_of_their_lines(sample: Site, metric: str, view: str) -> None:
    """The shares of the lines sum up to the number on the board."""
    for row, lines in await behind(sample, metric, view):
        assert shares(lines) == Decimal(str(row["value"])), row["id"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("metric", MONEY)
async def test_money_is_the_sum_of_its_lines(sample: Site, metric: str, view: str) -> None:
    """The amounts of the lines sum up to the amounts on the board, currency by currency."""
    for row, lines in await behind(sample, metric, view):
        sums: Counter[str] = Counter()
        for line in lines:
            amount = line["amount"]
            assert isinstance(amount, dict)
            sums[amount["currency"]] += Decimal(amount["amount"])
        value, values = row["value"], row.get("values")
        assert isinstance(value, dict)
        shown = values if isinstance(values, list) else [value]
        expected = {one["currency"]: Decimal(one["amount"]) for one in shown}
        assert {code: total for code, total in sums.items() if total} == {
            code: total for code, total in expected.items() if total
        }, row["id"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("metric", RATIOS)
async def test_ratios_are_those_of_their_lines(sample: Site, metric: str, view: str) -> None:
    """The lines of the part over the lines of the whole are the ratio on the board."""
    part, whole = RATIOS[metric]
    for row, lines in await behind(sample, metric, view):
        size = shares(lines, whole)
        assert row["sample"] == size
        assert row["value"] == (pytest.approx(float(shares(lines, part) / size), abs=1e-6) if size else None)


@pytest.mark.parametrize("metric", SAMPLES)
async def test_samples_are_those_of_their_lines(sample: Site, metric: str) -> None:
    """As many lines stand behind a median or a mean as its sample says."""
    for row, lines in await behind(sample, metric, "period=2026"):
        assert shares(lines, SAMPLES[metric]) == row["sample"], row["id"]


async def test_talk_time_is_that_of_its_calls(sample: Site) -> None:
    """The lines of talk time carry the seconds that sum up to it."""
    for row, lines in await behind(sample, "effective_talk_seconds", "period=2026"):
        assert sum(int(str(line["value"])) * int(str(line["share"])) for line in lines) == row["value"]


async def test_a_line_names_its_event(sample: Site) -> None:
    """Each line names the event that wrote it, with its source, its time and its position."""
    (_, lines), *_ = await behind(sample, "won_amount", "period=2026-Q3")
    assert set(lines[0]) == {
        "measure", "day", "dims", "value", "share", "amount", "subject", "title", "position", "applied_at", "event"
    }  # fmt: skip
    event = lines[0]["event"]
    assert isinstance(event, dict)
    assert set(event) == {"type", "id", "source", "time"}
    positions = [int(str(line["position"])) for line in lines]
    assert positions == sorted(positions, reverse=True)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 422, "validation"),
        ("rep=nobody", 404, "rep_unknown"),
        ("rep=rep-02&limit=0", 422, "validation"),
        ("rep=rep-02&limit=501", 422, "validation"),
        ("rep=rep-02&offset=-1", 422, "validation"),
        ("rep=rep-02&offset=99999999999999999999", 422, "validation"),
        ("rep=rep-02&period=never", 422, "period_unclear"),
    ],
)
async def test_a_question_that_makes_no_sense(sample: Site, query: str, status: int, code: str) -> None:
    """It is a problem."""
    async with sample.client() as client:
        problem_of(await client.get(f"/api/why/won_amount?{query}"), status, code)


async def test_a_person_is_found_by_name(sample: Site) -> None:
    """A name that fits one person is as good as the id."""
    async with sample.client() as client:
        by_name = (await client.get("/api/why/calls", params={"rep": "王建国", "period": "2026"})).json()
    assert by_name["rep"] == {"id": "rep-02", "name": "王建国"}
