"""Reading a termination list from a file."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from batch_offboard.errors import ListError
from batch_offboard.termination_list.appearance import comments, held_if_merged, hidden_columns
from batch_offboard.termination_list.cleaning import is_blank
from batch_offboard.termination_list.columns import (
    OURS,
    Header,
    first_columns,
    header_of,
    own_spelling,
    refuse_a_part_of_others,
    refuse_another_order,
)
from batch_offboard.termination_list.doctor import findings_in
from batch_offboard.termination_list.known import RESULTS, KnownHeaders, known_headers
from batch_offboard.termination_list.layout import layout_of
from batch_offboard.termination_list.misread_names import refuse_misread_names
from batch_offboard.termination_list.models import TerminationList
from batch_offboard.termination_list.nothing_fits import nothing_fits
from batch_offboard.termination_list.other_people import refuse_title_of_joiners
from batch_offboard.termination_list.rows import terminations
from batch_offboard.termination_list.settings import ListSettings
from batch_offboard.termination_list.source import content_of, named_in_errors, table_of
from batch_offboard.termination_list.table import Record, Table
from batch_offboard.termination_list.unused import refuse_days_to_come, unused_columns


def read_termination_list(
    path: Path, settings: ListSettings, sheet: str | None = None
) -> TerminationList:
    """The termination list in a text file or workbook; `sheet` names one of several sheets.

    Raises ListError, in one sentence or two, for a file that cannot be used at all. An error in one
    row becomes the `problem` of that row.
    """
    known = known_headers(settings)
    return _list_in(path.name, content_of(path), known, settings, sheet)


def read_list(
    name: str, data: bytes, settings: ListSettings, sheet: str | None = None
) -> TerminationList:
    """The termination list in the bytes of a file of that name; see `read_termination_list`."""
    return _list_in(name, data, known_headers(settings), settings, sheet)


def _list_in(
    name: str, data: bytes, known: KnownHeaders, settings: ListSettings, sheet: str | None
) -> TerminationList:
    """The list in the bytes of a file. Raises ListError for a file that is not one."""
    with named_in_errors(name):
        table = table_of(data, known, sheet)
        header = header_of(table.records, known)
        if header is None:
            sheets = [note.message for note in table.findings if note.code == "other_sheets"]
            error = nothing_fits(table.records, known)
            raise ListError(" ".join((str(error), *sheets)), *error.actions)
        if RESULTS in header.columns:
            raise ListError(
                "is a results file of an earlier run. To only look at it, open it or the report "
                "beside it, or check the original list. To go on, rerun it. If it is not a results "
                "file, rename its column "
                f'"{table.records[header.position].cells[header.columns[RESULTS]].strip()}".'
            )
        _refuse_our_columns(table.records[header.position].cells)
        refuse_another_order(table.records, header, known)
        refuse_a_part_of_others(table.records, header)
        refuse_title_of_joiners(table.records[: header.position])
        found = list_of(name, data, table, header, known, settings)
        refuse_days_to_come(found, found.rows, settings)
        return found


def _refuse_our_columns(header: Sequence[str]) -> None:
    """Raise ListError for a column named like ours: results files must not have it twice."""
    if ours := next((cell.strip() for cell in header if own_spelling(cell) in OURS), None):
        raise ListError(
            f'has a column "{ours}", a name that only results have. Rename the column, or delete '
            "it if it is from an earlier run."
        )


def list_of(
    name: str,
    data: bytes,
    table: Table,
    header: Header,
    known: KnownHeaders,
    settings: ListSettings,
    *,
    remarks: int = 0,
) -> TerminationList:
    """The list in a table; its last `remarks` columns may have cells without a header."""
    above, body, width = _filled_part(table, header)
    own = len(above.cells) - remarks
    cells = above.cells[:width]
    fields = {column: field for column, field in header.fields.items() if column < width}
    layout = layout_of(
        body,
        settings,
        header=cells,
        fields=fields,
        known=known,
        typed=table.format.kind == "xlsx",
        unexpected=range(_filled(above.cells[:own]), min(width, own)),
    )
    rows = held_if_merged(terminations(body, layout), header.position + 1, table.merged, fields)
    found = TerminationList(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        format=table.format,
        header=cells,
        columns=first_columns(fields),
        rows=rows,
        header_row=above.row,
        title=_title(table.records[: header.position]),
        fields=fields,
        unused=unused_columns(cells, fields),
    )
    refuse_misread_names(found)
    return _with_findings(found, table)


def _with_findings(found: TerminationList, table: Table) -> TerminationList:
    hidden = hidden_columns(table, found.header, found.fields)
    commented = comments(table, found.rows)
    return replace(found, findings=(*table.findings, *hidden, *commented, *findings_in(found)))


def _title(records: Sequence[Record]) -> str:
    """What stands above the header, in one line."""
    cells = (" ".join(cell.split()) for record in records for cell in record.cells)
    return " · ".join(filter(None, cells))


def _filled_part(table: Table, header: Header) -> tuple[Record, Sequence[Record], int]:
    """The record with the headers, those below it, and the number of columns with anything in them.

    Raises ListError where no record is below the headers.
    """
    above, body = table.records[header.position], table.records[header.position + 1 :]
    if not body:
        raise ListError(f"has a header (row {above.row}) but no rows below it.")
    width = max(_filled(record.cells) for record in (above, *body))
    return above, [Record(record.row, record.cells[:width]) for record in body], width


def _filled(cells: tuple[str, ...]) -> int:
    """The number of cells up to the last one that is not blank."""
    width = len(cells)
    while width and is_blank(cells[width - 1]):
        width -= 1
    return width
