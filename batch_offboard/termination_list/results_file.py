"""Reading the results file of an earlier run as a list, after changes by spreadsheets."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from batch_offboard.errors import ListError
from batch_offboard.termination_list.cleaning import cleaned, is_blank
from batch_offboard.termination_list.columns import (
    OURS,
    Header,
    header_of,
    own_spelling,
)
from batch_offboard.termination_list.headers import plain
from batch_offboard.termination_list.known import RESULTS, known_headers
from batch_offboard.termination_list.models import (
    IDENTIFYING,
    Finding,
    Problem,
    Termination,
    TerminationList,
)
from batch_offboard.termination_list.reading import list_of
from batch_offboard.termination_list.results_table import restored_table, results_table
from batch_offboard.termination_list.settings import ListSettings
from batch_offboard.termination_list.source import content_of, named_in_errors
from batch_offboard.termination_list.table import Record, Table
from batch_offboard.termination_list.unused import refuse_days_to_come

_STATUS = "offboard_status"
_RETRY = "offboard_retry"
_NEEDED = (_STATUS, _RETRY, "offboard_row", "offboard_user_id")
STATUSES = ("done", "already_done", "partial", "failed", "skipped", "not_run", "planned", "")
"""What a run writes as the status of a row; it may be empty in a row that was typed in since."""
_YES = frozenset(
    (
        *("yes", "y", "true", "x", "1", "ja", "j", "wahr", "oui", "o", "vrai"),
        *("si", "s", "verdadero", "vero", "sim", "retry"),
    )
)
_NO = frozenset(["no", "n", "nein", "non", "nao", "nee", "0", "false", "falsch", "faux", "falso"])
_FINISHED = ("done", "already_done")
_LARGEST_ROW = 10_000_000
_THOUSANDS = re.compile("[1-9][0-9]{0,2}([.,][0-9]{3})+")

_SHIFTED = Problem(
    "malformed_row",
    "This row's offboard_status or offboard_retry is not a value that a run writes. Its cells "
    "seem to be in the wrong columns.",
)
"""The problem of a row whose cells were moved to other columns."""


@dataclass(frozen=True, slots=True)
class _Split:
    """Which columns of a results file are the list's own, and which came from earlier runs.

    `remarks` counts the list's own columns that stand behind the first one of an earlier run: a
    person added them, perhaps without a header.
    """

    own: Sequence[int]
    earlier: Mapping[str, int]
    remarks: int

    def own_cells(self, cells: Sequence[str]) -> tuple[str, ...]:
        return tuple(cells[column] for column in self.own)

    def own_columns(self, columns: Collection[int]) -> frozenset[int]:
        """Which of the list's own columns these are; those of earlier runs are left out."""
        return frozenset(n for n, column in enumerate(self.own) if column in columns)

    def earlier_cells(self, cells: Sequence[str]) -> Mapping[str, str]:
        found = {name: cells[column] for name, column in self.earlier.items()}
        return {**found, _RETRY: retry_word(found[_RETRY])}


def read_results_file(path: Path, settings: ListSettings) -> TerminationList:
    """The rows of a results file in their present order, with their earlier results.

    `earlier` has, by row number, the `offboard_` columns of the rows that have any. A row number is
    the one in `offboard_row`; rows without a usable one, such as added rows, get numbers above the
    largest. Raises ListError for a file that is not a results file.
    """
    data = content_of(path)
    with named_in_errors(path.name):
        return results_list(path.name, data, settings)


def results_list(name: str, data: bytes, settings: ListSettings) -> TerminationList:
    """The same for a results file's bytes; `name` is the file's name."""
    known = known_headers(settings)
    table = results_table(data, known)
    header = header_of(table.records, known)
    if header is None or RESULTS not in header.columns:
        raise ListError(
            "is not a results file: it has no column offboard_status. For a termination list, use "
            "run instead of rerun."
        )
    columns = {header.columns[field] for field in IDENTIFYING if field in header.columns}
    table = restored_table(table, header.position, columns)
    split = _split(table.records[header.position].cells)
    body = table.records[header.position + 1 :]
    _refuse_an_undo(map(split.earlier_cells, (record.cells for record in body)))
    numbers = _numbers([record.cells[split.earlier["offboard_row"]] for record in body])
    found = list_of(
        name,
        data,
        _own_table(table, header, split, numbers),
        _own_header(header, split),
        known,
        settings,
        remarks=split.remarks,
    )
    listed = _with_earlier(found, body, split)
    refuse_days_to_come(listed, _unfinished(listed), settings)
    return listed


def _unfinished(found: TerminationList) -> Sequence[Termination]:
    """The rows that a rerun may attempt."""
    return [
        row
        for row in found.rows
        if found.earlier.get(row.row, {}).get("offboard_status", "").strip().lower()
        not in _FINISHED
    ]


def _split(header: Sequence[str]) -> _Split:
    """The list's own columns and those of the results. Raises ListError if some are missing."""
    names = list(map(own_spelling, header))
    theirs = [column for column, name in enumerate(names) if name in OURS]
    earlier = {names[column]: column for column in theirs}
    if missing := [name for name in _NEEDED if name not in earlier]:
        raise ListError(
            f"is not a complete results file: missing {', '.join(missing)}. Use the results.csv "
            "that the earlier run wrote. For a termination list, use run instead of rerun."
        )
    if twice := sorted({names[column] for column in theirs if names.count(names[column]) > 1}):
        raise ListError(f"has the column {twice[0]} twice. Delete the copy that was added.")
    own = [column for column in range(len(names)) if column not in theirs]
    return _Split(own, earlier, sum(column > theirs[0] for column in own))


def _refuse_an_undo(rows: Iterable[Mapping[str, str]]) -> None:
    """Raise ListError for an undo's results: in a run's results nobody who is active is done."""
    for columns in rows:
        status, after = (
            columns.get(name, "").strip().lower()
            for name in ("offboard_status", "offboard_state_after")
        )
        if status in _FINISHED and after == "active":
            raise ListError(
                "shows active people as done, so it seems to be the results of an undo. Use the "
                "results of the run itself. To put back the rest, undo that run again."
            )


def _numbers(cells: Sequence[str]) -> Sequence[int]:
    """The number of every row: its own, or one above the largest if that cannot be used."""
    taken: set[int] = set()
    kept: list[int | None] = []
    for cell in cells:
        number = _row_number(cell)
        kept.append(None if number in taken else number)
        taken |= {number} if number else set()
    fresh = count(max(taken, default=1) + 1)
    return [next(fresh) if number is None else number for number in kept]


def _row_number(cell: str) -> int | None:
    text = cleaned(cell).removesuffix(".0")
    if _THOUSANDS.fullmatch(text):
        text = re.sub("[.,]", "", text)
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST_ROW))):
        return None
    return int(text) if 1 < int(text) <= _LARGEST_ROW else None


def _own_table(table: Table, header: Header, split: _Split, numbers: Sequence[int]) -> Table:
    above = table.records[: header.position + 1]
    rows = [*(record.row for record in above), *numbers]
    return replace(
        table,
        records=[
            Record(row, split.own_cells(record.cells))
            for row, record in zip(rows, table.records, strict=True)
        ],
        hidden_columns=split.own_columns(table.hidden_columns),
        merged=tuple(
            each._replace(columns=split.own_columns(each.columns)) for each in table.merged
        ),
    )


def _own_header(header: Header, split: _Split) -> Header:
    fields = {
        split.own.index(column): field
        for column, field in header.fields.items()
        if column in split.own
    }
    return Header(header.position, fields)


def _with_earlier(found: TerminationList, body: Sequence[Record], split: _Split) -> TerminationList:
    """The list with the earlier results of its rows, and the problems that these reveal."""
    earlier: dict[int, Mapping[str, str]] = {}
    rows: list[Termination] = []
    unnamed = [column for column, name in enumerate(found.header) if is_blank(name)]
    for row, record in zip(found.rows, body, strict=True):
        columns = split.earlier_cells(record.cells)
        shift = _shift(row, columns, unnamed)
        if any(columns.values()) and not shift:  # shifted cells prove nothing
            earlier[row.row] = columns
        problem = row.problem or shift
        rows.append(replace(row, problem=problem))
    findings = (*found.findings, *_not_understood(earlier))
    return replace(found, rows=tuple(rows), earlier=earlier, findings=findings)


def _not_understood(earlier: Mapping[int, Mapping[str, str]]) -> Iterator[Finding]:
    """A notice for each row whose offboard_retry has an unknown answer."""
    for row, columns in earlier.items():
        if not _is_retry_word(columns[_RETRY]):
            yield Finding(
                "notice",
                "retry_not_understood",
                f'Row {row}: offboard_retry is "{columns[_RETRY].strip()[:40]}", so the row is '
                "not attempted. Enter yes or no.",
                (row,),
            )


def retry_word(cell: str) -> str:
    """The answer in offboard_retry as yes or no, in the languages of lists; others as they are."""
    word = plain(cell)
    return "yes" if word in _YES else "no" if word in _NO else cell


def _is_retry_word(cell: str) -> bool:
    return not plain(cell) or retry_word(cell) in ("yes", "no")


def _shift(row: Termination, columns: Mapping[str, str], unnamed: Sequence[int]) -> Problem | None:
    """Whether the cells of a row are shifted, as if pasted from a list with other columns.

    A remark without a header is fine, unless the row's other cells are out of place too.
    """
    if columns["offboard_status"].strip().lower() in STATUSES:
        return None
    foreign = not _is_retry_word(columns[_RETRY])
    remarked = any(not is_blank(row.cells[column]) for column in unnamed)
    return _SHIFTED if foreign or remarked else None
