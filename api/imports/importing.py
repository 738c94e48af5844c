"""An import as it runs: changes handed to a door in chunks, remembered so that a kill loses nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from api.imports.memory import Memory, memory_path
from api.imports.options import ImportOptions
from api.imports.preparing import prepare
from api.imports.preview import Preview
from api.imports.report import Report
from services.importing.errors import RowsRefused
from services.importing.telling.changes import RootChange, changes
from services.importing.telling.story import Edition
from services.importing.values.dates import When

__all__ = ["CHUNK", "KEPT_CHUNKS", "ImportOptions", "Preview", "Progress", "Report", "Submit", "prepare", "run"]

# One transaction, which waits for the disk once.
CHUNK = 4_000
# Roots are remembered every so many chunks: a run after a kill sends at most those again, as duplicates.
KEPT_CHUNKS = 4
Submit = Callable[[Sequence[Mapping[str, object]]], Sequence[str]]
Progress = Callable[[int, int], None]


def run(preview: Preview, submit: Submit, progress: Progress, *, chunk: int = CHUNK) -> Report:
    """Hand the changes of a prepared import to a door, some thousand events a time, and return what became of them.

    The standing of the roots is kept every few chunks, so that a run after a kill sends the events since then
    again under the same ids and goes on. Raise `RowsRefused` before anything is sent when the import is strict and
    a row was refused. Roots of which an event was rejected are not kept: they are sent again next time.
    """
    options, refused = preview.options, preview.refused
    if options.strict and refused:
        raise RowsRefused(len(refused), str(refused[0]))
    report = Report(
        export=preview.name,
        rows=preview.rows,
        repeated=sum(file.repeated for file in preview.files),
        refused=refused,
        missing=tuple(preview.missing),
        deleted=options.missing_delete,
        left_out=preview.left_out,
    )
    with Memory(memory_path(preview.home, preview.name)) as memory:
        edition = memory.edition(preview.sha, preview.export.context.now_us)
        told = Edition(export=preview.name, snapshot=edition.snapshot, start=When(edition.start_us))
        missing = preview.missing if options.missing_delete else {}
        roots = changes(preview.export, told, memory.standing, missing)
        total = preview.export.count() + len(missing)
        sender = _Sender(memory=memory, submit=submit, report=report, progress=progress, total=total, size=chunk)
        sender.send(roots)
        if not report.events["rejected"]:
            memory.finish()
    return report


@dataclass(slots=True, kw_only=True)
class _Sender:
    """Cuts the changes of roots into chunks, and keeps a root when all of its events were answered."""

    memory: Memory
    submit: Submit
    report: Report
    progress: Progress
    total: int
    size: int
    done: int = 0
    sent: int = 0
    kept: int = 0
    events: list[dict[str, object]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    ends: list[tuple[int, str, str]] = field(default_factory=list)
    rejected: set[str] = field(default_factory=set)

    def send(self, roots: Iterable[RootChange]) -> None:
        """Send every change."""
        for root in roots:
            self.done += 1
            what = "unchanged" if not root.events else "changed" if root.known else "new"
            self.report.roots[what] += 1
            if not root.events:
                continue
            self.events += root.events
            self.keys += [root.standing.key] * len(root.events)
            self.ends.append((self.sent + len(self.events), root.subject, root.standing.to_json()))
            while len(self.events) >= self.size:
                self._flush()
                if self.sent - self.kept >= KEPT_CHUNKS * self.size:
                    self._keep()
        self._flush()
        self._keep()
        self.progress(self.done, self.total)

    def _flush(self) -> None:
        """Hand over one chunk."""
        chunk, keys = self.events[: self.size], self.keys[: self.size]
        if chunk:
            self.rejected |= self.report.count(chunk, self.submit(chunk), keys)
            self.sent += len(chunk)
            del self.events[: self.size], self.keys[: self.size]
        self.progress(self.done, self.total)

    def _keep(self) -> None:
        """Remember the roots of which every event was answered."""
        whole = [(subject, text) for end, subject, text in self.ends if end <= self.sent]
        self.ends = [kept for kept in self.ends if kept[0] > self.sent]
        self.memory.save(pair for pair in whole if pair[0] not in self.rejected)
        self.kept = self.sent
