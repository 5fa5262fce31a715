"""Writing results, workbook and report from a journal that records them."""

from datetime import datetime
from pathlib import Path

from batch_offboard import __version__
from batch_offboard.record.events import ResultsWritten
from batch_offboard.record.folder import REPORT_NAME
from batch_offboard.record.journal import Journal, stamp
from batch_offboard.results.fold import RunFold
from batch_offboard.results.report import report_sha256, write_report
from batch_offboard.results.results_csv import write_results
from batch_offboard.results.results_file import Announce, Written
from batch_offboard.results.results_xlsx import write_workbook


def written_at(written: Written, now: datetime) -> ResultsWritten:
    """The event that records a file of this version."""
    return ResultsWritten(written.name, written.sha256, stamp(now), __version__)


def publish(folder: Path, run: RunFold, journal: Journal, announce: Announce) -> str:
    """Write all three, and return the name of the results file.

    `announce` records each of them in `journal` before it appears, the report last of all: its
    digest then stands in the line whose hash the page shows.
    """
    name = write_results(folder, run.view(), announce=announce).name
    write_workbook(folder, run.view(), announce=announce)
    announce(Written(REPORT_NAME, report_sha256(run.view(), folder)))
    write_report(folder, run.view(), journal_hash=journal.last_hash)
    return name
