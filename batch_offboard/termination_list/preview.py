"""A preview of a list before the meaning of its columns is known: headers, samples, sheets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from batch_offboard.errors import ListError
from batch_offboard.termination_list.cleaning import is_blank
from batch_offboard.termination_list.columns import Header, header_matches, header_of
from batch_offboard.termination_list.dates import looks_like_day
from batch_offboard.termination_list.identifiers import guid_in, looks_identifying
from batch_offboard.termination_list.known import KnownHeaders, known_headers
from batch_offboard.termination_list.settings import ListSettings
from batch_offboard.termination_list.source import table_of
from batch_offboard.termination_list.table import Record, Table
from batch_offboard.termination_list.workbook import is_workbook, sheet_titles

_SAMPLES = 3
_LOOKED_AT = 50
"""How many rows are searched for the header, and how many for samples."""


@dataclass(frozen=True, slots=True)
class ListPreview:
    """The columns of a list as they are: each one's header, a few values, and its field if known.

    `row` is the number of the header row. `sheet` is the sheet that was read, one of `sheets`; text
    files have none. `body` has the rows below the header.
    """

    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    fields: Mapping[int, str]
    row: int
    sheet: str | None
    sheets: tuple[str, ...] = ()
    body: Sequence[Record] = field(default=(), repr=False)


def preview_of(data: bytes, settings: ListSettings, sheet: str | None) -> ListPreview:
    """The columns in the bytes of a list. Raises ListError where there is no table to see."""
    known = known_headers(settings)
    table = _table(data, known, sheet)
    if not table.records:
        raise ListError("has no rows.")
    found = _header(table.records, known)
    position = found.position if found else _header_line(table.records, settings.header_row)
    header = table.records[position].cells
    body = table.records[position + 1 :]
    return ListPreview(
        header,
        tuple(_samples(body[:_LOOKED_AT], column) for column in range(len(header))),
        found.fields if found else {},
        table.records[position].row,
        table.format.sheet,
        sheet_titles(data) if is_workbook(data) else (),
        body,
    )


def _table(data: bytes, known: KnownHeaders, sheet: str | None) -> Table:
    """The sheet's table; where none is named and the first is refused, that of another."""
    try:
        return table_of(data, known, sheet)
    except ListError:
        if sheet is not None or not is_workbook(data):
            raise
        for other in sheet_titles(data)[1:]:
            with suppress(ListError):
                return table_of(data, known, other)
        raise


def _header(records: Sequence[Record], known: KnownHeaders) -> Header | None:
    try:
        return header_of(records, known)
    except ListError:
        # Two columns may mean the same: that is what the person is asked.
        matches = header_matches(records, known) if known.row is None else None
        return Header(*matches) if matches else None


def _header_line(records: Sequence[Record], row: int | None) -> int:
    """The position of the record in row `row`, else of the one with the most filled cells.

    Titles rarely fill as many as headers do. Raises ListError if there is no such row.
    """
    if row is not None:
        for position, record in enumerate(records):
            if record.row == row:
                return position
        raise ListError(f"has no row {row} with column names.")
    filled = [sum(not is_blank(cell) for cell in record.cells) for record in records[:_LOOKED_AT]]
    return filled.index(max(filled))


def _samples(records: Sequence[Record], column: int) -> tuple[str, ...]:
    return tuple(islice((" ".join(cell.split()) for cell in _filled(records, column)), _SAMPLES))


def _filled(records: Sequence[Record], column: int) -> Iterator[str]:
    cells = (record.cells[column] for record in records if column < len(record.cells))
    return (cell for cell in cells if not is_blank(cell))


def _is_name(cell: str) -> bool:
    return "@" not in cell and not any(map(str.isdigit, cell))


_FITS: Mapping[str, Callable[[str], bool]] = {
    "user_id": lambda cell: guid_in(cell) is not None,
    "email": lambda cell: looks_identifying("email", cell),
    "employee_id": lambda cell: "@" not in cell and any(map(str.isdigit, cell)),
    "name": _is_name,
    "given_name": _is_name,
    "family_name": _is_name,
    "effective_date": looks_like_day,
    "last_day": looks_like_day,
}


def misfits(looked: ListPreview, column: int, field: str) -> tuple[int, int]:
    """How many values of a column do not look like this field, and how many it has in all."""
    fits = _FITS.get(field)
    values = list(_filled(looked.body, column))
    return (0 if fits is None else sum(not fits(cell) for cell in values)), len(values)
