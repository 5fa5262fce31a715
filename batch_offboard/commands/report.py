"""`report`: rebuild results and report from the journal."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from batch_offboard.errors import StoppedError
from batch_offboard.record.events import ResultsWritten, Warned
from batch_offboard.record.file_system import LOCAL, FileSystem
from batch_offboard.record.folder import REPORT_NAME, RESULTS_NAME, RunFolder
from batch_offboard.record.journal import Journal, last_hash, stamp
from batch_offboard.record.lock import locked
from batch_offboard.results.fold import RunFold
from batch_offboard.results.placing import Placing, Written
from batch_offboard.results.report import write_report, write_shared_report
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.run_folder import read_run


def rebuild(path: Path, files: FileSystem = LOCAL) -> str:
    """Rebuild results and report of a run folder from its journal; returns the results file's name.

    Raises JournalError if the journal was altered, RefusedError if a run is using it, and
    StoppedError if one of the files cannot be written.
    """
    folder = RunFolder(path)
    gathered = read_run(folder)
    with locked(folder, files), closing(Journal(folder.journal, files)) as journal:
        written = results_of(folder, gathered, journal, datetime.now(UTC), files)
        write_report(path, gathered.view(), journal_hash=journal.last_hash, files=files)
        return written.name


def share(path: Path, target: Path) -> None:
    """Write the report of a run folder without names to the new file `target`, and nothing else.

    Raises JournalError if the journal was altered, UsageError if `target` cannot be made.
    """
    folder = RunFolder(path)
    view = read_run(folder).view()
    write_shared_report(target, view, journal_hash=last_hash(folder.journal))


def results_of(
    folder: RunFolder, gathered: RunFold, journal: Journal, now: datetime, files: FileSystem
) -> Written:
    """Write the results file from the journal, after recording its digest there."""

    def announce(written: Written) -> None:
        event = ResultsWritten(written.name, written.sha256, stamp(now))
        journal.append(event)
        gathered.apply(event)
        journal.sync()

    return write_results(folder.path, gathered.view(), announce, Placing(files))


@dataclass(frozen=True, slots=True)
class Published:
    """The name of the results file, empty if it could not be written, and what was not written."""

    results_name: str
    missing: tuple[str, ...]
    warnings: tuple[Warned, ...]


def publish(
    folder: RunFolder,
    gathered: RunFold,
    journal: Journal,
    write: Callable[[], Written],
    files: FileSystem,
) -> Published:
    """Write results, by `write`, and report; a file that cannot be written is a warning.

    What became of the rows is in the journal, so a run has not failed because of such a file.
    """
    name, missing, warnings = "", list[str](), list[Warned]()
    try:
        written = write()
        name = written.name
        warnings += _outdated(written.outdated, f" The results are in {name}.")
    except StoppedError as error:
        missing.append(RESULTS_NAME)
        warnings.append(Warned("results_not_written", str(error), actions=error.actions))
        older = {each.name for each in gathered.view().written}
        warnings += _outdated(sorted(each for each in older if (folder.path / each).exists()))
    try:
        write_report(folder.path, gathered.view(), journal_hash=journal.last_hash, files=files)
    except StoppedError as error:
        missing.append(REPORT_NAME)
        if name:  # else it has been said what to do
            warnings.append(Warned("report_not_written", str(error), actions=error.actions))
    return Published(name, tuple(missing), tuple(warnings))


def _outdated(names: Iterable[str], instead: str = "") -> list[Warned]:
    """A warning for each results file that stays and would pass for the last."""
    return [
        Warned("results_outdated", f"{name} shows an earlier state of this run.{instead}", (name,))
        for name in names
    ]
