"""Writing results, workbook and report of a run, and recording them in its journal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from batch_offboard import __version__
from batch_offboard.errors import StoppedError
from batch_offboard.record.events import ResultsWritten, Warned
from batch_offboard.record.file_system import FileSystem
from batch_offboard.record.folder import REPORT_NAME, RESULTS_NAME, WORKBOOK_NAME, RunFolder
from batch_offboard.record.journal import Journal, stamp
from batch_offboard.results.fold import RunFold
from batch_offboard.results.placing import Announce, Placing, Written
from batch_offboard.results.report import write_sealed_report
from batch_offboard.results.results_xlsx import write_workbook


@dataclass(frozen=True, slots=True)
class Published:
    """The name of the results file (empty: not written), files not written, and warnings."""

    results_name: str
    missing: tuple[str, ...]
    warnings: tuple[Warned, ...]


def written_at(written: Written, now: datetime) -> ResultsWritten:
    """The event that records a file of this version."""
    return ResultsWritten(written.name, written.sha256, stamp(now), __version__)


def publish(
    folder: RunFolder,
    run: RunFold,
    journal: Journal,
    write: Callable[[], Written],
    announce: Announce,
    files: FileSystem,
) -> Published:
    """Write results (by `write`), workbook and report; a file that cannot be written is a warning.

    What became of the rows is in the journal, so a run has not failed because of such a file.
    `announce` records each file in `journal` before it appears, the report last of all: its digest
    then stands in the line whose hash the page shows.
    """
    name, missing, warnings = "", list[str](), list[Warned]()
    try:
        written = write()
        name = written.name
        warnings += _outdated(written.outdated, f" The results are in {name}.")
    except StoppedError as error:
        missing.append(RESULTS_NAME)
        warnings.append(Warned("results_not_written", str(error), actions=error.actions))
        older = {each.name for each in run.view().written}
        warnings += _outdated(sorted(each for each in older if (folder.path / each).exists()))
    workbook = partial(_write_workbook, folder, run, announce, files)
    report = partial(_write_report, folder, run, journal, announce, files)
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


def _write_workbook(
    folder: RunFolder, run: RunFold, announce: Announce, files: FileSystem
) -> list[Warned]:
    """Write results.xlsx; a warning for each older one that stays."""
    written = write_workbook(folder.path, run.view(), announce, Placing(files))
    if written is None:
        return []
    return _outdated(written.outdated, f" The results are in {written.name}.")


def _write_report(
    folder: RunFolder, run: RunFold, journal: Journal, announce: Announce, files: FileSystem
) -> list[Warned]:
    def recorded(sha256: str) -> str:
        announce(Written(REPORT_NAME, sha256))
        return journal.last_hash

    write_sealed_report(folder.path, run.view(), recorded, files=files)
    return []


def _outdated(names: Iterable[str], instead: str = "") -> list[Warned]:
    """A warning for each results file that stays and could be mistaken for the latest."""
    return [
        Warned("results_outdated", f"{name} is out of date.{instead}", (name,)) for name in names
    ]
