"""A one-sheet workbook without the sheet: styles and all other parts, as openpyxl writes.

They are the same for every run, so they are made once; writing the cells through openpyxl too
would take ten times as long.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from batch_offboard.record.events import RowStatus
from batch_offboard.termination_list import RESULTS_SHEET

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

CellFormat = RowStatus | Literal["text", "header", "own_header"]
"""How a cell looks: a text, a header of the list's, one of ours, or the colour of a status."""

_SHEET, _PROPERTIES, _WORKBOOK = "xl/worksheets/sheet1.xml", "docProps/core.xml", "xl/workbook.xml"
_TEXT = "@"
"""The number format of cells that a spreadsheet takes as text, whatever is typed into them."""
_COLOURS: Mapping[CellFormat, str] = {
    "header": "F5F7F9",
    "own_header": "E8EDF3",
    "done": "C6E7D3",
    "already_done": "E3F2E9",
    "planned": "D6E4F5",
    "partial": "FBE3B8",
    "failed": "F6C9C5",
    "not_run": "DDE1E6",
    "skipped": "F1F3F5",
}
_ANY_TIME, _ANY_CELLS = datetime(2000, 1, 1), "$A$1:$B$2"
"""What stands in the frame for the time and the filtered cells of a workbook."""


@dataclass(frozen=True)
class Frame:
    """The parts of a workbook by their name in the file, and the number of each style."""

    parts: Mapping[str, bytes]
    styles: Mapping[CellFormat, int]

    def filled(self, sheet: bytes, begun: datetime, cells: str) -> bytes:
        """The workbook with this sheet, as made at `begun`, with a filter over `cells`.

        The file is the same whenever and wherever it is made.
        """
        packed = io.BytesIO()
        with ZipFile(packed, "w") as archive:
            for name, content in self.parts.items():
                part = ZipInfo(name)  # without the time of day
                part.create_system, part.compress_type = 0, ZIP_DEFLATED
                archive.writestr(part, _own(name, content, sheet, begun, cells))
        return packed.getvalue()


def _own(name: str, content: bytes, sheet: bytes, begun: datetime, cells: str) -> bytes:
    if name == _SHEET:
        return sheet
    if name == _PROPERTIES:
        return content.replace(_in_file(_ANY_TIME), _in_file(begun))
    if name == _WORKBOOK:
        return content.replace(_ANY_CELLS.encode(), cells.encode())
    return content


def _in_file(time: datetime) -> bytes:
    return time.isoformat(timespec="seconds").encode()


@cache
def frame() -> Frame:
    """The frame of every results.xlsx."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    workbook = Workbook(write_only=True)
    workbook.properties.creator = "batch-offboard"
    workbook.properties.created = workbook.properties.modified = _ANY_TIME
    sheet = workbook.create_sheet(RESULTS_SHEET)
    sheet.auto_filter.ref = _ANY_CELLS.replace("$", "")
    cells = dict(_styled(sheet))
    sheet.append(list(cells.values()))
    saved = io.BytesIO()
    ExcelWriter(workbook, ZipFile(saved, "w")).save()
    with ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return Frame(parts, {look: cell.style_id for look, cell in cells.items()})


def _styled(sheet: "WriteOnlyWorksheet") -> "Iterator[tuple[CellFormat, Cell]]":
    """A cell of each look."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    text: CellFormat = "text"
    for look in (text, *_COLOURS):
        cell = WriteOnlyCell(sheet)
        cell.number_format = _TEXT
        if look in _COLOURS:
            cell.fill = PatternFill("solid", fgColor=_COLOURS[look])
        if look in ("header", "own_header"):
            cell.font = Font(bold=True)
        yield look, cell
