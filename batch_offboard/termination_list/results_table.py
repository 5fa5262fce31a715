"""The cells of a results file, of whatever kind, after changes by spreadsheets."""

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from batch_offboard.errors import ListError
from batch_offboard.termination_list.cells import restored
from batch_offboard.termination_list.cleaning import cleaned
from batch_offboard.termination_list.columns import own_spelling
from batch_offboard.termination_list.headers import plain
from batch_offboard.termination_list.known import KnownHeaders
from batch_offboard.termination_list.source import content_of, named_in_errors, table_of
from batch_offboard.termination_list.table import Record, Table
from batch_offboard.termination_list.workbook import is_workbook, read_workbook, sheet_titles

RESULTS_SHEET = "Offboarding results"
"""The title of the sheet in results.xlsx, whose cells are exact; Excel titles the sheet that it
makes of a results.csv by the file's name."""
_STATUS = "offboard_status"
_RUN_ID = "offboard_run_id"
_SINCE_0_2 = "offboardleftbehind"
_NONE_KNOWN = KnownHeaders({}, ())


def results_rows(data: bytes, identifying: Collection[str]) -> Sequence[Sequence[str]]:
    """The exact cells of a results file, its header and any lines above it included.

    `identifying` are the headers of the list's columns that identify people. Raises ListError.
    """
    table = results_table(data)
    position = _position_of_results(table)
    if position is None:
        return [record.cells for record in table.records]
    names = map(restored, table.records[position].cells)
    columns = {column for column, name in enumerate(names) if name in identifying}
    return [record.cells for record in restored_table(table, position, columns).records]


def most_named_run(path: Path) -> str:
    """The run that most rows of a results file name in offboard_run_id; empty where none does.

    Only that column is read; errors in others are reported by `read_results_file`.
    """
    data = content_of(path)
    with named_in_errors(path.name):
        table = results_table(data)
    column: int | None = None
    named: Counter[str] = Counter()
    for record in table.records:
        if column is None:
            names = [own_spelling(cell) for cell in record.cells]
            column = names.index(_RUN_ID) if _RUN_ID in names else None
        elif run_id := cleaned(record.cells[column]):
            named[run_id] += 1
    return named.most_common(1)[0][0] if named else ""


def results_table(data: bytes, known: KnownHeaders = _NONE_KNOWN) -> Table:
    """The table in the file; of a workbook the sheet that has offboard_status.

    Where several sheets have it, the one that a run wrote wins, else the first visible one. Raises
    ListError if there is no table.
    """
    titles = sheet_titles(data) if is_workbook(data) else ()
    for title in sorted(titles, key=lambda each: each != RESULTS_SHEET):
        # A sheet that somebody added may hold anything, formulas without values among it.
        with suppress(ListError):
            table = read_workbook(data, title)
            if _position_of_results(table) is not None:
                return table
    return table_of(data, known, None)


def _position_of_results(table: Table) -> int | None:
    """The position of the line with the headers of a results file; None if there is none."""
    return next(
        (
            position
            for position, record in enumerate(table.records)
            if any(own_spelling(cell) == _STATUS for cell in record.cells)
        ),
        None,
    )


def restored_table(table: Table, position: int, identifying: Collection[int]) -> Table:
    """The table with every cell as it was before it was made safe for spreadsheets.

    `position` is that of the header, `identifying` the columns that identify people. The cells of
    our own sheet are exact. Version 0.1.0 put an apostrophe before everything that Excel would
    damage, in all columns; it had no column offboard_left_behind.
    """
    if table.format.sheet == RESULTS_SHEET:
        return table
    if not any(plain(cell) == _SINCE_0_2 for cell in table.records[position].cells):
        identifying = range(len(table.records[position].cells))
    records = [
        Record(
            row,
            tuple(restored(cell, identifying=n in identifying) for n, cell in enumerate(cells)),
        )
        for row, cells in table.records
    ]
    return replace(table, records=records)
