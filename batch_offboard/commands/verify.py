"""`report --verify`: whether the journal is unaltered, and the other files match it."""

from dataclasses import dataclass
from pathlib import Path

from batch_offboard.record.events import ResultsWritten, RowsUndone
from batch_offboard.record.folder import REPORT_NAME, RESULTS_NAME, RunFolder
from batch_offboard.record.journal import is_torn, last_hash, line_hashes, read_journal
from batch_offboard.results.changes import Changes
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RunView
from batch_offboard.results.results_file import results_files
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.standing import (
    NEWEST,
    ReportStanding,
    ResultsStanding,
    Standing,
    lacks_end,
    report_standing,
)

_PROVED = NEWEST | {"unproved"}
_TEXT = Path(RESULTS_NAME).suffix


@dataclass(frozen=True, slots=True)
class Filed:
    """Where the hash of a filed report stands in the journal.

    `line` is its number among the `lines`, or None if no line has it. `undos` are the records of
    undos after it.
    """

    line: int | None
    lines: int
    undos: tuple[RowsUndone, ...] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """What somebody changed in a results file, compared with what it said when it was written.

    `written_at` is that moment (UTC, ISO 8601), empty where it is what the journal says now.
    """

    changes: Changes
    written_at: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of checking a run folder whose hash chain is intact.

    `results` has results.csv and its numbered siblings by name, `workbooks` results.xlsx and its
    own; `edited` what somebody changed in those that are edited (None where a file is no results
    file any more). `torn` is a last line that was not written to its end, `ended` whether the run's
    own end is recorded, `lacks_end` whether the line about the report is missing after it. `filed`
    is where the hash of a filed report stands, if one was given.
    """

    last_hash: str
    torn: bool
    ended: bool
    lacks_end: bool
    results: dict[str, Standing]
    workbooks: dict[str, Standing]
    report: ReportStanding
    edited: dict[str, Edited | None]
    filed: Filed | None = None

    @property
    def holds(self) -> bool:
        """Whether the run wrote every file, and the newest ones match the journal."""
        whole = self.report in _PROVED and not self.lacks_end
        found = self.filed is None or self.filed.line is not None
        files = _hold(self.results) and (not self.workbooks or _hold(self.workbooks))
        return whole and found and files


def _hold(standings: dict[str, Standing]) -> bool:
    found = set(standings.values())
    return bool(NEWEST & found) and "changed" not in found


def verify(path: Path, filed: str = "") -> Verified:
    """Check the journal's hash chain, and results, workbook and report against the journal.

    `filed` is the last hash that a report shows which was filed earlier. Raises JournalError,
    naming the line, when the chain is broken, and UsageError for a file that cannot be read.
    """
    folder = RunFolder(path)
    view = read_run(folder).view()
    last, standing = last_hash(folder.journal), ResultsStanding(view)
    files = {path: standing.of(path) for path in _files(folder, view)}
    return Verified(
        last_hash=last,
        torn=is_torn(folder.journal),
        ended=view.finished is not None,
        lacks_end=lacks_end(view),
        results={path.name: each for path, each in files.items() if path.suffix == _TEXT},
        workbooks={path.name: each for path, each in files.items() if path.suffix != _TEXT},
        report=report_standing(folder, view, last),
        edited=_edited(folder, view, [path for path, each in files.items() if each == "changed"]),
        filed=_filed(folder, filed) if filed else None,
    )


def _files(folder: RunFolder, view: RunView) -> list[Path]:
    """The newest results files, and others that are found, by name in order."""
    names = {path.name for path in results_files(folder)}
    names |= {each.name for each in (*view.written[-1:], *view.workbooks[-1:])}
    if not view.written:
        names.add(RESULTS_NAME)
    return [folder.path / name for name in sorted(names)]


def _edited(folder: RunFolder, view: RunView, paths: list[Path]) -> dict[str, Edited | None]:
    """What somebody changed in these results files: the least, over what they have ever said.

    A file may have been edited before an undo of the run changed what it should say.
    """
    if not paths:
        return {}
    sayings = [("", view), *_published(folder)]
    found: dict[str, Edited | None] = {}
    for path in paths:
        compared = ((at, ResultsStanding(each).changes(path)) for at, each in sayings)
        edits = [Edited(changes, at) for at, changes in compared if changes is not None]
        found[path.name] = min(edits, key=lambda each: each.changes.number, default=None)
    return found


def _published(folder: RunFolder) -> list[tuple[str, RunView]]:
    """The run as it was whenever results and report had been written, the latest first."""
    run, found = RunFold(), list[tuple[str, RunView]]()
    for event in read_journal(folder.journal):
        run.apply(event)
        if isinstance(event, ResultsWritten) and event.name == REPORT_NAME:
            found.insert(0, (event.at, run.view()))
    return found


def _filed(folder: RunFolder, filed: str) -> Filed:
    hashes = list(line_hashes(folder.journal))
    if filed not in hashes:
        return Filed(None, len(hashes))
    line = hashes.index(filed) + 1
    later = list(read_journal(folder.journal))[line:]
    return Filed(line, len(hashes), tuple(each for each in later if isinstance(each, RowsUndone)))
