"""results.xlsx: the columns of results.csv as an Excel workbook, for people to open.

Every cell of the list is text, exactly as the list has it and formatted as text, so that a
spreadsheet neither runs nor retypes it; numbers of ours are numbers. There are no formulas.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice, repeat, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from batch_offboard.record.events import ResultsWritten, RowStatus
from batch_offboard.record.folder import WORKBOOK_NAME
from batch_offboard.results.models import COLUMNS, RunView
from batch_offboard.results.placing import (
    PATIENT,
    Announce,
    Placing,
    Written,
    place_file,
    remove_outdated,
)
from batch_offboard.results.results_file import exact_rows, writable
from batch_offboard.termination_list import RESULTS_SHEET
from batch_offboard.termination_list.models import letter

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MOST_ROWS = 20_000
"""A list of more rows has no workbook: it would take long to write, and to open."""
MOST_UNITS = 32_767
"""The most UTF-16 units that Excel keeps in a cell."""

_SHEET = "xl/worksheets/sheet1.xml"
_TEXT = "@"
"""The number format of cells that a spreadsheet takes as text, whatever is typed into them."""
_COLOURS: Mapping[RowStatus, str] = {
    "done": "C6E7D3",
    "already_done": "E3F2E9",
    "planned": "D6E4F5",
    "partial": "FBE3B8",
    "failed": "F6C9C5",
    "not_run": "DDE1E6",
    "skipped": "F1F3F5",
}
_OURS, _THEIRS = "E8EDF3", "F5F7F9"
"""The colours of the headers: our columns and the list's."""
_NARROWEST, _WIDEST, _WIDTH_ROWS = 8, 48, 200
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x01-\x08\x0b-\x1f\ufffe\uffff]")
"""What Office Open XML writes as `_xHHHH_`: what XML forbids or changes, and such texts."""


def write_workbook(
    folder: Path,
    view: RunView,
    announce: Announce | None = None,
    how: Placing = PATIENT,
    *,
    known: Sequence[ResultsWritten] | None = None,
) -> Written | None:
    """Write results.xlsx into `folder`; see `place_file`.

    `known` defaults to the workbooks that the run has recorded. Above `MOST_ROWS` rows nothing is
    written, older ones are removed, and the result is None.
    """
    known = view.workbooks if known is None else known
    path = folder / WORKBOOK_NAME
    if has_workbook(view):
        return place_file(path, [workbook_bytes(view)], known, announce, how)
    remove_outdated(path, "", known, how.files)
    return None


def has_workbook(view: RunView) -> bool:
    """Whether a run has few enough rows for a workbook."""
    return len(view.results) <= MOST_ROWS


def workbook_bytes(view: RunView) -> bytes:
    """The whole workbook of `view`."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    begun = datetime.fromisoformat(view.started.at).replace(tzinfo=None)
    workbook.properties.creator = "batch-offboard"
    workbook.properties.created = workbook.properties.modified = begun
    sheet = workbook.create_sheet(RESULTS_SHEET)
    header = (*view.started.list.header, *COLUMNS)
    own = len(header) - len(COLUMNS)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{letter(len(header) - 1)}{len(view.results) + 1}"
    for column, width in enumerate(_widths(header, view)):
        dimension = sheet.column_dimensions[letter(column)]
        dimension.width = width
        if column < own:
            dimension.number_format = _TEXT
    sheet.append(list(_header_cells(sheet, header, own)))
    rows = _rows(view, _text_cell(sheet).style_id, _status_styles(sheet))
    return _saved(workbook, rows)


def workbook_rows(view: RunView) -> Iterator[list[str]]:
    """The cells of the workbook, header and rows, as they are read."""
    return (list(map(_kept, row)) for row in exact_rows(view))


def _kept(text: str) -> str:
    """The text as a workbook can hold it: without NULs, and `…` for more than Excel keeps."""
    text = writable(text).replace("\0", "")
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_UNITS:
        return text
    return units[: 2 * (MOST_UNITS - 1)].decode("utf-16-le", "ignore") + "…"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", _kept(text))


def _saved(workbook: "Workbook", rows: Iterator[str]) -> bytes:
    """The workbook with these rows as a file, which is the same whenever and wherever it is made.

    `rows` come after those that its sheet has.
    """
    from openpyxl.writer.excel import ExcelWriter

    loose, packed = io.BytesIO(), io.BytesIO()
    ExcelWriter(workbook, ZipFile(loose, "w")).save()
    with ZipFile(loose) as parts, ZipFile(packed, "w") as archive:
        for name in parts.namelist():
            part = ZipInfo(name)  # without the time of day
            part.create_system, part.compress_type = 0, ZIP_DEFLATED
            data = parts.read(name)
            archive.writestr(part, _with_rows(data, rows) if name == _SHEET else data)
    return packed.getvalue()


def _with_rows(sheet: bytes, rows: Iterator[str]) -> bytes:
    begins, end, rest = sheet.partition(b"</sheetData>")
    return b"".join((begins, *(row.encode() for row in rows), end, rest))


def _widths(header: Sequence[str], view: RunView) -> Iterator[float]:
    """The width of every column, in characters, by its header and its first cells."""
    rows = zip(view.cells, view.results, strict=True)
    first = [(*cells, *result.texts()) for cells, result in islice(rows, _WIDTH_ROWS)]
    for column in zip_longest(header, *first, fillvalue=""):
        longest = max(len(line) for cell in column for line in cell.splitlines() or ("",))
        yield min(max(longest + 3, _NARROWEST), _WIDEST)


def _header_cells(sheet: "WriteOnlyWorksheet", header: Sequence[str], own: int) -> "Iterator[Cell]":
    from openpyxl.styles import Font, PatternFill

    for column, name in enumerate(header):
        cell = _text_cell(sheet)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_THEIRS if column < own else _OURS)
        cell.value = _escaped(name) or None
        cell.data_type = "s"  # and not a formula or an error value, whatever it begins with
        yield cell


def _rows(view: RunView, text: int, by_status: Mapping[RowStatus, int]) -> Iterator[str]:
    """Every row as the sheet's part has it, given the numbers of the styles of its cells.

    Written as text here: with an object for each cell, openpyxl takes many times as long.
    """
    own = len(view.started.list.header)
    columns = [letter(n) for n in range(own + len(COLUMNS))]
    rows = zip(view.cells, view.results, strict=True)
    for number, (cells, result) in enumerate(rows, 2):
        styles = [*repeat(text, own), by_status[result.status], *repeat(text, len(COLUMNS) - 1)]
        values = zip(columns, chain(cells, result.values()), styles, strict=True)
        filled = (_cell(f"{column}{number}", value, style) for column, value, style in values)
        yield f'<row r="{number}">{"".join(filled)}</row>'


def _cell(place: str, value: str | int | None, style: int) -> str:
    """A cell as the sheet's part has it; a number has no style of its own."""
    if isinstance(value, str):
        return f'<c r="{place}" s="{style}" t="inlineStr"{_inline(value)}'
    return "" if value is None else f'<c r="{place}" t="n"><v>{value}</v></c>'


@lru_cache(maxsize=10_000)
def _inline(text: str) -> str:
    """The text in a cell and the cell's end; kept, as many rows have the same."""
    inner = escape(_escaped(text))
    if not inner:
        return " />"
    space = ' xml:space="preserve"' if inner != inner.strip() else ""
    return f"><is><t{space}>{inner}</t></is></c>"


def _status_styles(sheet: "WriteOnlyWorksheet") -> Mapping[RowStatus, int]:
    """The number of each status' style."""
    return {status: _coloured(sheet, colour).style_id for status, colour in _COLOURS.items()}


def _text_cell(sheet: "WriteOnlyWorksheet") -> "Cell":
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    cell.number_format = _TEXT
    return cell


def _coloured(sheet: "WriteOnlyWorksheet", colour: str) -> "Cell":
    from openpyxl.styles import PatternFill

    cell = _text_cell(sheet)
    cell.fill = PatternFill("solid", fgColor=colour)
    return cell
