"""The first import sets up the company for all of its history."""

from pathlib import Path

from tests.api.cli.commands import Command, command

__all__ = ["command"]

DEALS = """Deal ID,Deal name,Owner,Amount,Currency,Stage,Status,Created,Closed
1,One,Ann Lee,100.00,CNY,Won,won,2017-03-01,2017-03-05
2,Two,Ann Lee,200.00,USD,Won,won,2017-03-02,2017-03-31
"""


def test_the_past_of_an_import_has_the_companys_currency(tmp_path: Path, command: Command) -> None:
    """What had happened by a day of the history is shown in the currency that the first import named."""
    export = tmp_path / "crm" / "deals.csv"
    export.parent.mkdir()
    export.write_text(DEALS)
    assert command("import", str(export), "--zone", "Asia/Shanghai", "--currency", "CNY", "--yes").code == 0
    asked = ("board", "won_amount", "--period", "2017-03", "--json")
    totals: list[object] = []
    for found in (command(*asked), command(*asked, "--happened-by", "2017-04-02")):
        assert isinstance(found.json, dict)
        totals.append(found.json["total"])
    assert totals[0] == totals[1]
    assert isinstance(totals[0], dict) and totals[0]["value"] == {"amount": "100.00", "currency": "CNY"}
