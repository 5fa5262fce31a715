"""`report`: rebuild results and report from the journal."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from batch_offboard.record.events import ResultsWritten
from batch_offboard.record.folder import RunFolder, locked
from batch_offboard.record.journal import Journal, last_hash, stamp
from batch_offboard.results.fold import RunFold
from batch_offboard.results.report import write_report, write_shared_report
from batch_offboard.results.results_csv import Written, write_results
from batch_offboard.results.run_folder import read_run


def rebuild(path: Path) -> str:
    """Rebuild results and report of a run folder from its journal; returns the results file's name.

    Raises JournalError if the journal was altered, RefusedError if a run is using it.
    """
    folder = RunFolder(path)
    gathered = read_run(folder)
    with locked(folder), closing(Journal(folder.journal)) as journal:
        return publish(folder, gathered, journal, datetime.now(UTC))


def share(path: Path, target: Path) -> None:
    """Write the report of a run folder without names to the new file `target`, and nothing else.

    Raises JournalError if the journal was altered, UsageError if `target` cannot be made.
    """
    folder = RunFolder(path)
    view = read_run(folder).view()
    write_shared_report(target, view, journal_hash=last_hash(folder.journal))


def publish(folder: RunFolder, gathered: RunFold, journal: Journal, now: datetime) -> str:
    """Write results and report from the journal; returns the results file's name."""

    def announce(written: Written) -> None:
        event = ResultsWritten(written.name, written.sha256, stamp(now))
        journal.append(event)
        gathered.apply(event)
        journal.sync()

    written = write_results(folder.path, gathered.view(), announce=announce)
    write_report(folder.path, gathered.view(), journal_hash=journal.last_hash)
    return written.name
