"""Whatever stands in the files: an import never breaks, sends only good events, and twice is once."""

import random
import string
from datetime import timedelta
from pathlib import Path

import pytest

from api.imports.importing import prepare, run
from services.errors import PacelineError
from tests.api.imports.exports import NOW, Door, options, write

CELLS = (
    "", "1", "2", "Kim", "李伟", "Won", "Lost", "Talk", "赢单",
    "2024-01-02", "2024-01-02 10:00", "3/4/2024",
    "31.12.2023", "2024年1月3日",
    "1,000.50", "-5", "12万", "€5", "$3", "1.234,5", "abc", "USD", "XXX", "true",
    "false", "\x07bell", "a\nb", '"quoted"', "=1+1", '="007"', "😀" * 30, "a;b;c", "N/A", "9" * 20, "1e5",
    "2023-02-30", "1999-01-01", "2030-01-01", "1704067200000", "50%", "call", "x" * 70_000, "\u202eevil",
    "2024-01-02T23:59:60Z", "24:00", "   ",
)  # fmt: skip
HEADERS = (
    "id", "name", "owner", "owner_id", "account", "stage", "status", "amount", "close_value", "currency",
    "created",
    "close date", "modified", "lost reason", "product", "is_won", "is_closed", "is_deleted", "team",
    "probability",
    "field", "new value", "old value", "time", "type", "email", "manager", "order", "pipeline", "商机编号",
    "金额(万元)", "阶段", "负责人",
)  # fmt: skip
FILES = (
    "deals.csv",
    "history.csv",
    "users.csv",
    "accounts.csv",
    "stages.csv",
    "activities.csv",
    "x.csv",
    "log.csv",
)


def strange(chance: random.Random, folder: Path) -> None:
    """Write a few files of random columns and cells in random encodings."""
    for name in chance.sample(FILES, chance.randrange(1, 5)):
        headers = chance.sample(HEADERS, chance.randrange(2, 12))
        pools = [chance.sample(CELLS, chance.randrange(1, 8)) for _ in headers]
        rows = [[chance.choice(pool) for pool in pools] for _ in range(chance.randrange(30))]
        delimiter = chance.choice(",;\t|")
        quoted = [delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in (headers, *rows)]
        write(folder / name, "\n".join(quoted), chance.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")))


@pytest.mark.parametrize("seed", range(40))
def test_strange_files_are_imported_or_refused(tmp_path: Path, seed: int) -> None:
    """Every event is decodable, and a second run of the same files sends nothing."""
    chance = random.Random(seed)
    door, home = Door(), tmp_path / "home"
    for day in range(2):
        strange(chance, tmp_path / "crm")
        for hour in range(2):
            door.now = NOW + timedelta(days=day, hours=hour)
            try:
                preview = prepare(options(tmp_path / "crm", now=door.now, missing_delete=True), home)
            except PacelineError:
                continue
            report = run(preview, door.submit, lambda done, total: None)
            assert report.turned == []
            assert hour == 0 or report.submitted == 0


def test_noise_is_refused_and_never_breaks(tmp_path: Path) -> None:
    """Bytes and letters without any order are refused with a reason."""
    chance = random.Random(4)
    for length in (0, 1, 50, 5_000):
        for body in (chance.randbytes(length), "".join(chance.choices(string.printable, k=length)).encode()):
            path = tmp_path / "noise.csv"
            path.write_bytes(body)
            with pytest.raises(PacelineError):
                prepare(options(path), tmp_path / "home")
