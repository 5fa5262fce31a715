"""The command `report`: results file, workbook and report, made again from the journal.

The journal is only read.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from batch_offboard.record.file_system import LOCAL, FileSystem
from batch_offboard.record.folder import RESULTS_NAME, WORKBOOK_NAME, RunFolder
from batch_offboard.record.journal_lines import last_hash
from batch_offboard.record.lock import locked
from batch_offboard.rerun.chain import put_back_since
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RunView
from batch_offboard.results.placing import Placing
from batch_offboard.results.report import write_report, write_shared_report
from batch_offboard.results.report_facts import put_back_sentences
from batch_offboard.results.report_standing import keep_edited, report_standing
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.results_xlsx import has_workbook, write_workbook
from batch_offboard.results.row_result import with_put_back
from batch_offboard.results.run_folder import read_run
from batch_offboard.results.standing import NEWEST, ResultsStanding


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The names of the results file and workbook that now match the journal.

    `workbook` is empty for a list too long for one. `put_back` has a sentence for each undo since a
    rerun that only the report shows. `kept` is the new name of a report that somebody had edited or
    replaced.
    """

    results: str
    workbook: str
    put_back: tuple[str, ...] = ()
    kept: str = ""


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
        run, last = read_run(folder), last_hash(folder.journal)
        rebuilt = _results(folder, run.view(), files)
        shown, kept = _shown(folder, run), ""
        if report_standing(folder, shown, last) not in NEWEST:
            kept = keep_edited(folder, files, *_shown_before(run.view(), shown))
            write_report(folder.path, shown, journal_hash=last, files=files)
    return replace(rebuilt, put_back=put_back_sentences(shown), kept=kept)


def _shown(folder: RunFolder, run: RunFold) -> RunView:
    """The run as its report shows it: with what undos in earlier runs' journals put back since."""
    return with_put_back(run.view(), put_back_since(folder, run))


def _shown_before(view: RunView, shown: RunView) -> list[RunView]:
    """The run as its report may have shown it: without the undos since, and after each of them."""
    since = shown.put_back_since
    undos = sorted(set(since.values()))
    known = (undos[:number] for number in range(len(undos) + 1))
    return [
        with_put_back(view, {row: undo for row, undo in since.items() if undo in each})
        for each in known
    ]


def share(path: Path, target: Path) -> None:
    """Write the report of a run folder without names to the new file `target`, and nothing else.

    Raises JournalError if the journal was altered, UsageError if `target` cannot be made.
    """
    folder = RunFolder(path)
    view = _shown(folder, read_run(folder))
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
