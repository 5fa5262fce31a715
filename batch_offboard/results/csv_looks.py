"""How a results.csv that was saved again differs from the file that the program wrote.

Its cells may all be the same: only what a spreadsheet makes of them, or the form, is different.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from batch_offboard.errors import ListError
from batch_offboard.results.looks import Look, gaps
from batch_offboard.termination_list.cells import APOSTROPHE, neutralised
from batch_offboard.termination_list.models import letter
from batch_offboard.termination_list.results_table import results_table
from batch_offboard.termination_list.table import Record, Table
from batch_offboard.wording import counted

_MOST_NAMED = 5
_DECLARED = re.compile('"?sep=', re.IGNORECASE)
"""How a first line begins that sets the delimiter and is no row."""
_UTF_8 = "utf-8-sig"
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
"""By character: what separates columns, in the plural."""


def csv_looks(data: bytes, delimiter: str) -> tuple[Look, ...]:
    """What differs in the form of a results file that the program wrote with this delimiter."""
    try:
        table = results_table(data)
    except ListError:
        return ()  # it is no table, which is said elsewhere
    return (
        *_formulas(table.records),
        *gaps(record.row for record in table.records),
        *_read_otherwise(data, table),
        *_form(data, table, delimiter),
    )


def _formulas(records: Sequence[Record]) -> Iterator[Look]:
    """Cells that a spreadsheet would calculate."""
    places = [
        f"{letter(column)}{row}"
        for row, cells in records
        for column, cell in enumerate(cells)
        if not cell.startswith(APOSTROPHE) and neutralised(cell) != cell
    ]
    if places:
        yield Look(f"A spreadsheet would calculate these cells: {_named(places)}.")


def _read_otherwise(data: bytes, table: Table) -> Iterator[Look]:
    """Cells that are understood here but shown otherwise: blanks before quotes, wrong letters."""
    text = data.decode(table.format.encoding, "replace").removeprefix("\ufeff")
    stored = csv.reader(io.StringIO(text, newline=""), delimiter=table.format.delimiter)
    rows = dict(enumerate(stored, 0 if _DECLARED.match(text) else 1))
    places = [
        f"{letter(column)}{row}"
        for row, cells in table.records
        for column, (cell, shown) in enumerate(zip_longest(cells, rows.get(row, ()), fillvalue=""))
        if cell != shown
    ]
    if places:
        yield Look(f"A spreadsheet shows other values in these cells: {_named(places)}.")


def _named(places: Sequence[str]) -> str:
    """The first cells, and how many more there are."""
    more = len(places) - _MOST_NAMED
    others = f" and {counted(more, 'other cell')}" if more > 0 else ""
    return ", ".join(places[:_MOST_NAMED]) + others


def _form(data: bytes, table: Table, delimiter: str) -> Iterator[Look]:
    """What was changed about the form of the file: encoding, delimiter, line ends."""
    form = table.format
    is_utf_8 = form.encoding in (_UTF_8, "utf-8")
    if not is_utf_8:
        yield Look(f"It was saved in the encoding {form.encoding}, not UTF-8.", deceives=False)
    elif not data.startswith(b"\xef\xbb\xbf"):
        yield Look("It was saved without the mark that tells Excel it is UTF-8.", deceives=False)
    if form.delimiter != delimiter:
        now = _DELIMITERS.get(form.delimiter, f'"{form.delimiter}"')
        was = _DELIMITERS.get(delimiter, f'"{delimiter}"')
        yield Look(f"Its columns are separated by {now}, not by {was}.", deceives=False)
    if is_utf_8 and b"\r\n" not in data and b"\n" in data:
        yield Look("Its lines end as on Linux or a Mac, not as on Windows.", deceives=False)
