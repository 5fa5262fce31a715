"""The errors for a list in which no header names a column that identifies people."""

import re
from collections.abc import Container, Sequence
from dataclasses import replace

from batch_offboard.errors import ListError
from batch_offboard.termination_list.candidates import HOLDS, candidates, shown_columns
from batch_offboard.termination_list.choices import assigning, chosen_columns
from batch_offboard.termination_list.cleaning import cleaned, is_blank
from batch_offboard.termination_list.headers import plain
from batch_offboard.termination_list.identifiers import address_in, guid_in
from batch_offboard.termination_list.known import KnownHeaders
from batch_offboard.termination_list.models import IDENTIFYING, letter
from batch_offboard.termination_list.table import Record

_SEARCHED_ROWS = 50
_PARTS = re.compile(r"\s{2,}|[^\w\s.-]")
_A_VALUE = {"user_id": "a user id", "email": "an e-mail address", "employee_id": "a number"}
"""By field: one value, as in “row 1 already holds a user id”."""


def nothing_fits(records: Sequence[Record], known: KnownHeaders) -> ListError:
    """The error for a table without a header that identifies people.

    It names the columns with some of their values, and those that could identify people; or it says
    that the header is missing, if the first line holds values already.
    """
    if not records:
        return ListError("is empty: there is nothing in any cell.")
    position = header_line(records)
    above, rows = records[position], [record.cells for record in records[position + 1 :]]
    chosen = chosen_columns(above.cells, known.choices)
    found = candidates(above.cells, rows or [above.cells], skipped=chosen)
    if value := value_in_header(above, {each.column: each.field for each in found}):
        return no_header_line(above, *value)
    hints = [f"Column {letter(each.column)} probably holds {HOLDS[each.field]}." for each in found]
    unmarked = replace(known, choices=())
    proposed = " ".join(hints) or _NO_CANDIDATE
    said = (
        "has no column that identifies people. Its columns, with the header in row "
        f"{above.row}:\n{shown_columns(above.cells, rows)}\n"
        + (_separated(records, unmarked) or _without_ids(above, chosen) + proposed)
    )
    return ListError(said, *(assigning(above.cells, each.column, each.field) for each in found))


_NO_CANDIDATE = (
    "None of the columns looks like Genesys user ids, e-mail addresses or employee numbers. Add "
    "such a column, with the header user_id, email or employee_id."
)
"""What is said of a list in which no column looks like one that identifies people."""


def header_line(records: Sequence[Record]) -> int:
    """The position of the first line that fills half the columns, as titles rarely do; else 0."""
    for position, record in enumerate(records[:_SEARCHED_ROWS]):
        if 2 * sum(not is_blank(cell) for cell in record.cells) >= len(record.cells):
            return position
    return 0


def value_in_header(above: Record, fields: dict[int, str]) -> tuple[int, str] | None:
    """The first column whose header is itself a value, and the field of that value; or None.

    `fields` says which columns may be employee numbers.
    """
    for column, cell in enumerate(above.cells):
        if guid_in(cell):
            return column, "user_id"
        if address_in(cell):
            return column, "email"
        if fields.get(column) == "employee_id" and cleaned(cell).isdigit():
            return column, "employee_id"
    return None


def no_header_line(first: Record, column: int, field: str) -> ListError:
    """The error for a list without a header: `first`, taken for it, is already a person."""
    return ListError(
        f"has no header: row {first.row} already holds {_A_VALUE[field]}. Add a line with the "
        f"column names above it, for example {field} above column {letter(column)}."
    )


def _separated(records: Sequence[Record], known: KnownHeaders) -> str:
    """A sentence about another separator, if several known headers share one cell; or empty."""
    for record in records[:_SEARCHED_ROWS]:
        filled = [cell for cell in record.cells if not is_blank(cell)]
        separators = dict.fromkeys(_PARTS.findall(filled[0])) if len(filled) == 1 else {}
        for separator in separators:
            meanings = map(known.meaning, filled[0].split(separator))
            fields = [each.field for each in meanings if each]
            if len(fields) > 1 and set(fields) & set(IDENTIFYING):
                shown = "blanks" if separator.isspace() else f'"{separator}"'
                return (
                    f"Row {record.row} seems to hold several columns in one cell, separated by "
                    f"{shown}. Save the list as an Excel workbook (.xlsx), or with commas and "
                    "without quotation marks around whole lines."
                )
    return ""


def _without_ids(above: Record, chosen: Container[int]) -> str:
    """A sentence about a column that is headed as user ids but has none; or empty."""
    for column, header in enumerate(above.cells):
        if column not in chosen and plain(header) in ("id", "userid"):
            name = header.strip()
            return f'The column "{name}" does not count: none of its values is a Genesys id. '
    return ""
