"""`report`: rebuild results, workbook and report from the journal, which it only reads."""

from dataclasses import dataclass
from pathlib import Path

from batch_offboard.record.folder import RESULTS_NAME, WORKBOOK_NAME, RunFolder, locked
from batch_offboard.record.journal import last_hash
from batch_offboard.results.models import RunView
from batch_offboard.results.report import write_report
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.results_xlsx import has_workbook, write_workbook
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.standing import NEWEST, ResultsStanding, report_standing


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The names of the files with the newest results; a long list has no workbook."""

    results: str
    workbook: str


def rebuild(path: Path) -> Rebuilt:
    """Rebuild results and report of a run folder from its journal.

    A file that says what the journal says is left alone; so is one that a person has edited, beside
    which a numbered sibling is written.

    Raises JournalError if the journal was altered, RefusedError if a run is using it.
    """
    folder = RunFolder(path)
    last_hash(folder.journal)  # without a journal, locking would leave a file there
    with locked(folder):
        view, last = read_run(folder).view(), last_hash(folder.journal)
        rebuilt = _results(folder, view)
        if report_standing(folder, view, last) not in NEWEST:
            write_report(folder.path, view, journal_hash=last)
    return rebuilt


def _results(folder: RunFolder, view: RunView) -> Rebuilt:
    standing = ResultsStanding(view)
    may_replace = standing.is_replaceable
    results = standing.newest(folder, RESULTS_NAME)
    if not results:
        results = write_results(folder.path, view, may_replace=may_replace).name
    workbook = standing.newest(folder, WORKBOOK_NAME) if has_workbook(view) else ""
    if not workbook:
        written = write_workbook(folder.path, view, may_replace=may_replace)
        workbook = written.name if written else ""
    return Rebuilt(results, workbook)
