"""`report`: rebuild results and report from the journal, or check that they are what it says."""

import hashlib
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from batch_offboard.commands.previous import is_as_written, read_run
from batch_offboard.results.fold import RunFold
from batch_offboard.results.report import write_report
from batch_offboard.results.results_csv import Written, results_bytes, write_results
from batch_offboard.run.events import ResultsWritten
from batch_offboard.run.folder import RunFolder, locked
from batch_offboard.run.journal import Journal, last_hash


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking a run folder found; the hash chain was whole, or checking would have failed.

    `results` is None when there is no results.csv.
    """

    last_hash: str
    results: bool | None


def rebuild(path: Path) -> str:
    """Write results and report of a run folder anew from its journal; the results file's name.

    Raises JournalError for a journal that was changed, RefusedError when a run is using it.
    """
    folder = RunFolder(path)
    gathered = read_run(folder)
    with locked(folder), closing(Journal(folder.journal)) as journal:
        return publish(folder, gathered, journal)


def publish(folder: RunFolder, gathered: RunFold, journal: Journal) -> str:
    """Write results and report as the journal says now; the results file's name."""

    def announce(written: Written) -> None:
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = ResultsWritten(written.name, written.sha256, at)
        journal.append(event)
        gathered.apply(event)
        journal.sync()

    written = write_results(folder.path, gathered.view(), announce=announce)
    write_report(folder.path, gathered.view(), journal_hash=journal.last_hash)
    return written.name


def verify(path: Path) -> Verified:
    """Check the journal's hash chain and that results.csv is what the journal says.

    Raises JournalError, naming the line, when the chain is broken.
    """
    folder = RunFolder(path)
    view = read_run(folder).view()
    results: bool | None = None
    if folder.results.exists():
        told = hashlib.sha256(results_bytes(view)).hexdigest()
        found = hashlib.sha256(folder.results.read_bytes()).hexdigest()
        results = told == found and is_as_written(folder.results, view)
    return Verified(last_hash(folder.journal), results)
