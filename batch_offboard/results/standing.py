"""How the results files of a run folder compare with its journal."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Literal

from batch_offboard import __version__
from batch_offboard.errors import ListError, UsageError
from batch_offboard.record.events import ResultsWritten
from batch_offboard.record.folder import WORKBOOK_NAME, RunFolder
from batch_offboard.results.changes import Changes, changes_in
from batch_offboard.results.csv_looks import csv_looks
from batch_offboard.results.looks import Look
from batch_offboard.results.models import PREFIX, RunView
from batch_offboard.results.placing import targets
from batch_offboard.results.results_csv import results_bytes
from batch_offboard.results.results_file import exact_rows, results_files
from batch_offboard.results.results_xlsx import has_workbook, workbook_bytes, workbook_rows
from batch_offboard.results.run_folder import is_as_written, readable, sha256_of
from batch_offboard.results.workbook_looks import workbook_looks
from batch_offboard.termination_list.columns import own_spelling
from batch_offboard.termination_list.models import IDENTIFYING
from batch_offboard.termination_list.results_table import results_rows, results_table
from batch_offboard.termination_list.workbook import is_workbook
from batch_offboard.wording import printable

Standing = Literal["as_recorded", "other_version", "earlier", "changed", "missing", "folder"]
"""How a results file compares with the journal.

`as_recorded`: its cells are those of the journal now, whatever program saved it. `other_version`:
the last file that another version of this program wrote. `earlier`: one that the run wrote before
it went on. `changed`: anything else. `missing`: it does not exist; `folder`: a folder has its
name."""

NEWEST = frozenset({"as_recorded", "other_version"})
_WORDS = frozenset(
    PREFIX + name
    for name in ("next_action", "left_because", "left_behind", "error_code", "error", "attempts")
)
"""The columns that another version may word, or count, differently."""


class ResultsStanding:
    """Compares results files with what the journal of their run says.

    `others` are views of the run that its files may show as well, such as with the rows that an
    undo recorded in an earlier run's journal has put back since. They are made only if needed.
    """

    def __init__(self, view: RunView, others: Iterable[RunView] = ()) -> None:
        self._view, self._views = view, others

    def of(self, path: Path) -> Standing:
        """How a results file compares with the journal. Raises UsageError if it cannot be read."""
        own = self._of(path)
        if own not in ("earlier", "changed"):
            return own
        return next((found for each in self._others if (found := each.of(path)) in NEWEST), own)

    def _of(self, path: Path) -> Standing:
        if path.is_dir():
            return "folder"
        if not path.exists():
            return "missing"
        with readable(path):
            data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if found == self._own_sha256(path) or self._has_same_cells(path, data):
            return "as_recorded"
        if not is_as_written(found, self._view):
            return "changed"
        if not self._is_last_of_another(path, found):
            return "earlier"
        return "other_version" if self._has_same_facts(path, data) else "changed"

    def is_edited(self, path: Path) -> bool:
        """Whether a person has edited the results file. Raises UsageError if it cannot be read."""
        return not self._is_own(path, sha256_of(path)) and self.of(path) == "changed"

    def unedited(self, folder: RunFolder) -> tuple[ResultsWritten, ...]:
        """The unedited results files in the folder, with their digests; `at` is left empty."""
        paths = (path for path in results_files(folder) if self._is_unedited(path))
        return tuple(ResultsWritten(path.name, sha256_of(path), "") for path in paths)

    def _is_unedited(self, path: Path) -> bool:
        try:
            return not self.is_edited(path)
        except UsageError:
            return False

    def newest(self, folder: RunFolder, name: str) -> str:
        """The name of the first unedited one of the file and its siblings, if it shows the view.

        Empty if it has to be written again.
        """
        for path in targets(folder.path / name):
            if not path.exists():
                return ""
            if self._is_unedited(path):
                return path.name if self._is_newest(path) else ""
        return ""

    def _is_newest(self, path: Path) -> bool:
        """Whether the file need not be written again."""
        found = sha256_of(path)
        written = (*self._view.written, *self._view.workbooks)
        if any(found == each.sha256 and each.program_version == __version__ for each in written):
            return found == self._own_sha256(path)  # other bytes of this version: other cells
        return self._of(path) in NEWEST

    def changes(self, path: Path) -> Changes | None:
        """What somebody changed in the results file; None if it is no results file any more."""
        with readable(path):
            found = self._read(path.read_bytes())
        return changes_in(found, list(self._rows(path)))

    def looks(self, path: Path) -> tuple[Look, ...]:
        """How the file looks beside what its cells say; nothing for one that the run wrote."""
        with readable(path):
            data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if self._is_own(path, found):
            return ()
        if is_workbook(data):
            return workbook_looks(data, self._read(data))
        return csv_looks(data, self._view.started.list.delimiter or ",")

    def why_none(self, path: Path) -> str:
        """Why a file is no results file, in a sentence."""
        with readable(path):
            data = path.read_bytes()
        if not data.strip():
            return "It is empty."
        try:
            records = results_table(data).records
        except ListError as error:
            return f"It {error}"
        first = " ".join(records[0].cells) if records else ""
        return f'It has no column offboard_status. Its first line is "{printable(first)[:80]}".'

    @cached_property
    def _others(self) -> tuple["ResultsStanding", ...]:
        return tuple(map(ResultsStanding, self._views))

    def _is_own(self, path: Path, sha256: str) -> bool:
        """Whether a file of this digest is one that the run wrote, or that this version writes."""
        return is_as_written(sha256, self._view) or any(
            each._own_sha256(path) == sha256 for each in (self, *self._others)
        )

    def _own_sha256(self, path: Path) -> str:
        """The digest of the file as this version writes it; empty where it writes none."""
        return self._workbook_sha256 if _is_workbook(path) else self._csv_sha256

    @cached_property
    def _csv_sha256(self) -> str:
        return hashlib.sha256(results_bytes(self._view)).hexdigest()

    @cached_property
    def _workbook_sha256(self) -> str:
        if not has_workbook(self._view):
            return ""
        return hashlib.sha256(workbook_bytes(self._view)).hexdigest()

    def _has_same_cells(self, path: Path, data: bytes) -> bool:
        return _same(self._read(data), self._rows(path))

    def _has_same_facts(self, path: Path, data: bytes) -> bool:
        """Whether another version's file differs from the journal in nothing but its words.

        That it is the run's stands in one of the journal's last lines, which only a filed hash
        confirms.
        """
        changes = changes_in(self._read(data), list(self._rows(path)))
        if changes is None or changes.missing_rows or changes.more_rows or changes.above:
            return False
        return {own_spelling(cell.header) for cell in changes.cells} <= _WORDS

    def _read(self, data: bytes) -> Sequence[Sequence[str]]:
        """The cells of the file; nothing where it is no results file."""
        listed = self._view.started.list
        identifying = [listed.columns[field] for field in IDENTIFYING if field in listed.columns]
        try:
            return results_rows(data, [listed.header[column] for column in identifying])
        except ListError:
            return []

    def _rows(self, path: Path) -> Iterator[list[str]]:
        """The cells that the file should have."""
        return (workbook_rows if _is_workbook(path) else exact_rows)(self._view)

    def _is_last_of_another(self, path: Path, found: str) -> bool:
        """Whether the file is the last of its kind that another version wrote."""
        written = self._view.workbooks if _is_workbook(path) else self._view.written
        newest = bool(written) and found == written[-1].sha256
        other = self._view.started.program_version != __version__
        return newest and other and self._view.finished is not None


def _is_workbook(path: Path) -> bool:
    return path.suffix == Path(WORKBOOK_NAME).suffix


def _same(found: Iterable[Iterable[str]], expected: Iterable[Iterable[str]]) -> bool:
    rows = zip_longest(found, expected, fillvalue=("",))
    return all(_without_blank_end(one) == _without_blank_end(other) for one, other in rows)


def _without_blank_end(cells: Iterable[str]) -> list[str]:
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept
