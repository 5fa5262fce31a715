"""The rows that a run left open, read from its results file if that is unedited.

That is far quicker than folding the whole journal, and as reliable: the journal has its digest.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, cast

from batch_offboard.record.events import Event, ResultsWritten, RowStatus, RowsUndone, RunStarted
from batch_offboard.record.folder import RunFolder
from batch_offboard.results.models import PREFIX, RowResult
from batch_offboard.results.next_action import undo_helps
from batch_offboard.results.put_back import shown_views
from batch_offboard.results.results_file import results_files
from batch_offboard.results.run_folder import read_run, sha256_of
from batch_offboard.results.standing import ResultsStanding

_COLUMNS = tuple(PREFIX + name for name in ("row", "status", "retry", "error_code", "http_status"))


@dataclass(frozen=True, slots=True)
class OpenRows:
    """The numbers of the rows that a rerun would attempt, or that another undo can put back.

    `not_due` are those of them whose day has not come. `results` is the results file from
    which a rerun should start, if there is one, and `edited` whether a person has changed it.
    """

    numbers: tuple[int, ...] = ()
    not_due: tuple[int, ...] = ()
    results: Path | None = None
    edited: bool = False


class _Row(NamedTuple):
    number: int
    status: RowStatus
    retry: bool
    code: str
    http_status: int | None

    @property
    def undo_helps(self) -> bool:
        """Whether another undo can put the row back."""
        return undo_helps(self.status, self.code, http_status=self.http_status)


def open_rows(folder: RunFolder, started: RunStarted, end: Sequence[Event]) -> OpenRows:
    """The open rows of a run; `end` are its RunFinished and what its journal has after it.

    Raises JournalError or UsageError if the journal has to be read whole and cannot be.
    """
    results, edited = _newest_results(folder, end), None
    unknown = _unknown(folder, end)
    if results is None or unknown:
        *before, view = shown_views(folder, read_run(folder))
        rows = [_of_result(result) for result in view.results]
        standing = ResultsStanding(view, before)
        edited = next((path for path in unknown if standing.is_edited(path)), None)
    else:
        rows = list(_of_file(results, started.list.delimiter or ","))
    is_undo = started.command == "undo"
    found = [row for row in rows if (row.undo_helps if is_undo else row.retry)]
    return OpenRows(
        tuple(row.number for row in found),
        tuple(row.number for row in found if row.code == "not_due"),
        edited or results,
        edited is not None,
    )


def _unknown(folder: RunFolder, end: Sequence[Event]) -> list[Path]:
    """The results files whose digest the end of the journal does not have."""
    ours = {event.sha256 for event in end if isinstance(event, ResultsWritten)}
    return [path for path in results_files(folder) if sha256_of(path) not in ours]


def _newest_results(folder: RunFolder, end: Sequence[Event]) -> Path | None:
    """The results.csv that was written last; None if it is gone, or rows were undone since."""
    for event in reversed(end):
        if isinstance(event, RowsUndone):
            return None
        if isinstance(event, ResultsWritten) and event.name.endswith(".csv"):
            path = folder.path / event.name
            return path if path.is_file() else None
    return None


def _of_result(result: RowResult) -> _Row:
    return _Row(result.row, result.status, result.retry, result.error_code, result.http_status)


def _of_file(path: Path, delimiter: str) -> Iterator[_Row]:
    """The rows of an unedited results file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, delimiter=delimiter)
        header = next(lines)
        places = [header.index(name) for name in _COLUMNS]
        for cells in lines:
            number, status, retry, code, http_status = (cells[place] for place in places)
            answered = int(http_status) if http_status else None
            yield _Row(int(number), cast(RowStatus, status), retry == "yes", code, answered)
