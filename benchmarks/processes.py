"""What other processes cost: their CPU seconds so far, as the system tells."""

from pathlib import Path


def cpu_of(pid: int | None, *, children: bool = False) -> float:
    """Return the CPU seconds of a process so far, 0 where the system does not tell.

    With `children`, also those of the processes that it started, ended or not.
    """
    fields = _fields(pid)
    if fields is None or pid is None:
        return 0.0
    own = sum(int(one) for one in fields[11 : 15 if children else 13]) / 100
    if not children:
        return own
    everybody = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return own + sum(cpu_of(one) for one in everybody if (found := _fields(one)) and int(found[1]) == pid)


def _fields(pid: int | None) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
