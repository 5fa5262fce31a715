"""The command `report`: results file, workbook and report, made again from the journal.

The journal is only read.
"""

from dataclasses import dataclass
from pathlib import Path

from batch_offboard.record.file_system import LOCAL, FileSystem
from batch_offboard.record.folder import RESULTS_NAME, WORKBOOK_NAME, RunFolder
from batch_offboard.record.journal_lines import last_hash
from batch_offboard.record.lock import locked
from batch_offboard.results.models import RunView
from batch_offboard.results.placing import Placing
from batch_offboard.results.report import write_report, write_shared_report
from batch_offboard.results.report_standing import report_standing
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.results_xlsx import has_workbook, write_workbook
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.standing import NEWEST, ResultsStanding


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The names of the results file and workbook that now match the journal.

    `workbook` is empty for a list too long for one.
    """

    results: str
    workbook: str


def rebuild(path: Path, files: FileSystem = LOCAL) -> Rebuilt:
    """Rebuild results and report of a run folder from its journal.

    A file that matches the journal is left alone. Beside one that a person has edited, a numbered
    sibling is written.

    Raises JournalError if the journal was altered, RefusedError if a run is using the folder, and
    StoppedError if one of the files cannot be written.
    """
    folder = RunFolder(path)
    last_hash(folder.journal)  # without a journal, locking would leave a file there
    with locked(folder, files):
        view, last = read_run(folder).view(), last_hash(folder.journal)
        rebuilt = _results(folder, view, files)
        if report_standing(folder, view, last) not in NEWEST:
            write_report(folder.path, view, journal_hash=last, files=files)
    return rebuilt


def share(path: Path, target: Path) -> None:
    """Write the report of a run folder without names to the new file `target`, and nothing else.

    Raises JournalError if the journal was altered, UsageError if `target` cannot be made.
    """
    folder = RunFolder(path)
    view = read_run(folder).view()
    write_shared_report(target, view, journal_hash=last_hash(folder.journal))


def _results(folder: RunFolder, view: RunView, files: FileSystem) -> Rebuilt:
    standing, how = ResultsStanding(view), Placing(files)
    results = standing.newest(folder, RESULTS_NAME)
    workbook = standing.newest(folder, WORKBOOK_NAME) if has_workbook(view) else ""
    known = () if results and workbook else standing.unedited(folder)
    if not results:
        results = write_results(folder.path, view, how=how, known=known).name
    if not workbook:
        written = write_workbook(folder.path, view, how=how, known=known)
        workbook = written.name if written else ""
    return Rebuilt(results, workbook)
