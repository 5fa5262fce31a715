"""Writing results, workbook and report of a run, and recording them in its journal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from batch_offboard.errors import StoppedError
from batch_offboard.record.events import FILE_KEPT, Warned
from batch_offboard.record.file_system import FileSystem
from batch_offboard.record.folder import (
    REPORT_NAME,
    RESULTS_NAME,
    WORKBOOK_NAME,
    RunFolder,
    folder_name,
)
from batch_offboard.record.journal import Journal
from batch_offboard.results.fold import RunFold
from batch_offboard.results.models import RunView
from batch_offboard.results.placing import Announce, Placing, Written
from batch_offboard.results.report import write_sealed_report
from batch_offboard.results.report_standing import keep_edited
from batch_offboard.results.results_xlsx import write_workbook
from batch_offboard.wording import printable


@dataclass(frozen=True, slots=True)
class Published:
    """The name of the results file (empty: not written), files not written, and warnings."""

    results_name: str
    missing: tuple[str, ...]
    warnings: tuple[Warned, ...]


def publish(
    folder: RunFolder,
    run: RunFold,
    journal: Journal,
    write: Callable[[], Written],
    announce: Announce,
    files: FileSystem,
    shown: Iterable[RunView] = (),
) -> Published:
    """Write results (by `write`), workbook and report; a file that cannot be written is a warning.

    What became of the rows is in the journal, so a run has not failed because of such a file. What
    somebody has edited or replaced is kept, and is a warning too; `shown` are the views of the run
    that its report may show by now.
    `announce` records each file in `journal` before it appears, the report last of all: its digest
    then stands in the line whose hash the page shows.
    """
    name, warnings = _write_results(folder, run, write)
    missing = [] if name else [RESULTS_NAME]
    view = run.view()
    workbook = partial(_write_workbook, folder, view, announce, files)
    report = partial(_write_report, folder, view, journal, announce, files, shown)
    for target, code, make in (
        (WORKBOOK_NAME, "workbook_not_written", workbook),
        (REPORT_NAME, "report_not_written", report),
    ):
        try:
            warnings += make()
        except StoppedError as error:
            missing.append(target)
            if name:  # else it has been said what to do
                warnings.append(Warned(code, str(error), actions=error.actions))
    return Published(name, tuple(missing), tuple(warnings))


def _write_results(
    folder: RunFolder, run: RunFold, write: Callable[[], Written]
) -> tuple[str, list[Warned]]:
    """The name of the results file, empty if it cannot be written, and warnings about it."""
    try:
        written = write()
    except StoppedError as error:
        older = {each.name for each in run.view().written}
        there = sorted(each for each in older if (folder.path / each).exists())
        failed = Warned("results_not_written", str(error), actions=error.actions)
        return "", [failed, *(_outdated(folder, each) for each in there)]
    return written.name, _about_old_files(folder, written)


def _write_workbook(
    folder: RunFolder, view: RunView, announce: Announce, files: FileSystem
) -> list[Warned]:
    """Write results.xlsx; a warning for each other one that stays."""
    written = write_workbook(folder.path, view, announce, Placing(files))
    return _about_old_files(folder, written) if written else []


def _write_report(
    folder: RunFolder,
    view: RunView,
    journal: Journal,
    announce: Announce,
    files: FileSystem,
    shown: Iterable[RunView],
) -> list[Warned]:
    """Write report.html; a warning if another one was moved aside for it."""

    def recorded(sha256: str) -> str:
        announce(Written(REPORT_NAME, sha256))
        return journal.last_hash

    kept = keep_edited(folder, files, shown)
    write_sealed_report(folder.path, view, recorded, files=files)
    return [kept_report(folder, kept)] if kept else []


def _about_old_files(folder: RunFolder, written: Written) -> list[Warned]:
    """A warning for each file that has the name of a results file and is not the one written."""
    kept = [kept_results(folder, name, written.name) for name in written.kept]
    return [*kept, *(outdated_results(folder, each, written.name) for each in written.outdated)]


def kept_report(folder: RunFolder, kept: str) -> Warned:
    """The warning about a report.html that the program did not write, now named `kept`."""
    return _kept(folder, REPORT_NAME, f"It is kept as {kept}.")


def kept_results(folder: RunFolder, name: str, written: str) -> Warned:
    """The warning about a results file that the program did not write; its own is `written`."""
    return _kept(folder, name, f"It stays as it is. The results are in {written}.")


def outdated_results(folder: RunFolder, name: str, written: str) -> Warned:
    """The warning about a results file that is open elsewhere; the newest one is `written`."""
    return _outdated(folder, name, f" The results are in {written}.")


def _outdated(folder: RunFolder, name: str, instead: str = "") -> Warned:
    """The warning about a results file that stays and could be mistaken for the latest."""
    message = f"{name} in {_place(folder)} is out of date.{instead}"
    return Warned("results_outdated", message, (name,))


def _kept(folder: RunFolder, name: str, what_became_of_it: str) -> Warned:
    """The warning about a file that stays, as somebody may still need it."""
    place = _place(folder)
    message = f"{name} in {place} was edited, or is not from this program. {what_became_of_it}"
    return Warned(FILE_KEPT, message, (name,))


def _place(folder: RunFolder) -> str:
    """A run folder as warnings name it."""
    return printable(folder_name(folder.path.resolve()))
