"""An Excel workbook (.xlsx) as a table, every cell as the text that Excel shows for it.

Read with openpyxl itself and not through `pandas.read_excel`, which drops what a person sees: a
number formatted as 000123 would arrive as 123, and an error such as #N/A as an empty cell.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Container, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from batch_offboard.errors import ListError
from batch_offboard.termination_list.cleaning import is_blank
from batch_offboard.termination_list.models import FileFormat, Finding
from batch_offboard.termination_list.number_format import in_format
from batch_offboard.termination_list.table import MOST_COLUMNS, Record, Table, too_wide
from batch_offboard.termination_list.wording import rows_shown

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_MOST_UNPACKED_BYTES = 300_000_000
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_FORMULA_WITHOUT_VALUE = re.compile(
    rb'<c r="([A-Z]+\d+)"(?![^>]*\bt="str")[^>]*>'
    rb"<f\b[^>]*?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>"
)
_BLANK_CELL = re.compile(rb'<c r="[A-Z]+\d+"(?: s="\d+")?\s*/>')
_BLANK_ROW = re.compile(rb'<row\b[^>]*\br="\d+"[^>]*(?:/>|></row>)')
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CELL_PLACE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"')


_DAMAGES = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    OSError,
    EOFError,
    RuntimeError,  # a part with a password, or packed in a way that Python does not know
    zlib.error,
    zipfile.BadZipFile,
)
"""What openpyxl and zipfile raise for parts that are missing, cut, overwritten or invented."""


class _Cell(NamedTuple):
    """The value of a cell, its number format, and whether it is struck out."""

    value: Any
    number_format: str
    struck: bool


_NOTHING = _Cell(None, "", struck=False)


class _Read(NamedTuple):
    """The rows that are not blank, and findings about them."""

    records: list[Record]
    first_date: str | None
    struck_rows: list[int]


def is_workbook(data: bytes) -> bool:
    """Whether these bytes are an Excel workbook, whatever the file is called."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def sheet_titles(data: bytes) -> tuple[str, ...]:
    """The titles of the sheets, the visible ones first. Raises ListError."""
    with _opened(data) as workbook:
        sheets = sorted(workbook.worksheets, key=lambda each: each.sheet_state != "visible")
        return tuple(sheet.title for sheet in sheets)


def read_workbook(data: bytes, sheet: str | None) -> Table:
    """The rows of one sheet: the named one, else the first that is not hidden. Raises ListError."""
    with _opened(data) as workbook:
        worksheet = workbook[_title(workbook, sheet)]
        xml = _sheet_xml(data, worksheet)
        if formula := _FORMULA_WITHOUT_VALUE.search(xml):
            raise ListError(
                f"has a formula without a stored value in cell {formula[1].decode()} of the sheet "
                f'"{worksheet.title}". Open the file in Excel, save it and try again.'
            )
        lean = _BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", xml))
        _require_order(lean)
        read = _read(_rows(worksheet, lean, _struck_styles(workbook)))
        notices = _notices(workbook, worksheet.title, lean, read)
    width = max((len(record.cells) for record in read.records), default=0)
    if width > MOST_COLUMNS:
        raise ListError(too_wide(width))
    return Table(
        FileFormat("xlsx", "utf-8", ",", worksheet.title),
        [Record(row, cells + ("",) * (width - len(cells))) for row, cells in read.records],
        tuple(notices),
    )


@contextmanager
def _opened(data: bytes) -> "Iterator[Workbook]":
    """The workbook, its warnings about decoration silenced; closed whatever happens."""
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED_BYTES:
            raise ListError("is too large when unpacked to be a termination list.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _reporting_damage():
            workbook = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=True, keep_links=False
            )
        with closing(workbook):
            yield workbook


@contextmanager
def _reporting_damage() -> Iterator[None]:
    """A context in which errors of openpyxl and the archive become a ListError about damage."""
    try:
        yield
    except _DAMAGES as error:
        raise ListError(
            "is a damaged Excel workbook. Open it in Excel and save it again."
        ) from error


def _title(workbook: "Workbook", wanted: str | None) -> str:
    sheets = workbook.worksheets
    if not sheets:
        raise ListError(
            'has no readable sheet, perhaps because it was saved as "Strict Open XML". Save it in '
            'Excel as an ordinary "Excel Workbook (.xlsx)".'
        )
    if wanted is None:
        visible = [sheet.title for sheet in sheets if sheet.sheet_state == "visible"]
        if not visible:
            raise ListError("has no visible sheet with cells.")
        return visible[0]
    for sheet in sheets:
        if sheet.title.strip().casefold() == wanted.strip().casefold():
            return sheet.title
    names = ", ".join(sheet.title for sheet in sheets)
    raise ListError(f'has no sheet "{wanted}". Its sheets are: {names}.')


def _require_order(xml: bytes) -> None:
    """Raise ListError for cells that are not stored row by row: openpyxl drops such cells."""
    places = ((int(row), len(column), column) for column, row in _CELL_PLACE.findall(xml))
    for place, following in pairwise(places):
        if place >= following:
            raise ListError(
                f"has cells that are stored in the wrong order, in row {following[0]}. Open it in "
                "Excel and save it again."
            )


def _sheet_xml(data: bytes, worksheet: Any) -> bytes:
    """The XML of the sheet: openpyxl shows no hidden rows and no formulas without saved values."""
    with _reporting_damage(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(worksheet._worksheet_path)


def _struck_styles(workbook: Any) -> frozenset[int]:
    """The styles of cells that are struck out, by which people mean "not this one"."""
    styles, fonts = workbook._cell_styles, workbook._fonts
    with _reporting_damage():
        return frozenset(each for each, style in enumerate(styles) if fonts[style.fontId].strike)


def _rows(worksheet: Any, xml: bytes, struck: Container[int]) -> Iterator[tuple[_Cell, ...]]:
    """The rows of the sheet as openpyxl reads them; damage may only be noticed at a cell's style.

    `xml` is the sheet without its blank cells: openpyxl takes a minute for a million of them.
    """
    worksheet._get_source = lambda: io.BytesIO(xml)
    worksheet.reset_dimensions()
    with _reporting_damage():
        for cells in worksheet.iter_rows():
            yield tuple(_cell(cell, struck) for cell in cells)


def _cell(cell: Any, struck: Container[int]) -> _Cell:
    if cell.value is None:
        return _NOTHING
    return _Cell(cell.value, _format(cell), cell._style_id in struck)


def _format(cell: Any) -> str:
    return cell.number_format if isinstance(cell.value, int | float) else ""


def _read(rows: Iterator[tuple[_Cell, ...]]) -> _Read:
    """All rows; of the dates among their cells the first one as it is read."""
    records: list[Record] = []
    first_date: str | None = None
    struck_rows: list[int] = []
    for row, cells in enumerate(rows, 1):
        texts = list(map(_shown, cells))
        while texts and is_blank(texts[-1]):
            texts.pop()
        if texts:
            records.append(Record(row, tuple(texts)))
        if any(cell.struck and text for cell, text in zip(cells, texts, strict=False)):
            struck_rows.append(row)
        if texts and first_date is None:
            first_date = next(
                (_shown(cell) for cell in cells if isinstance(cell.value, date)), None
            )
    return _Read(records, first_date, struck_rows)


def _shown(cell: _Cell) -> str:
    """The text of a cell: whole numbers without .0, leading zeros as formatted, dates as ISO."""
    value = cell.value
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    return _number(value, cell.number_format) if isinstance(value, int | float) else str(value)


def _number(value: float, number_format: str) -> str:
    """A number with the 15 digits that Excel keeps, never in scientific notation.

    Leading zeros and fixed characters are shown as formatted.
    """
    text = format(Decimal(f"{value:.15g}"), "f")
    return in_format(text, number_format) if text.isdigit() else text


def _notices(workbook: "Workbook", title: str, xml: bytes, read: _Read) -> Iterator[Finding]:
    others = [sheet.title for sheet in workbook.worksheets if sheet.title != title]
    if others:
        yield Finding(
            "notice",
            "other_sheets",
            f'Only the sheet "{title}" is read, not: {", ".join(others)}. Another one can be '
            "chosen.",
        )
    if read.first_date:
        yield Finding(
            "notice",
            "workbook_dates",
            "Dates of the workbook are read and written as year-month-day, for example "
            f"{read.first_date}.",
        )
    if hidden := _hidden_rows(xml):
        yield Finding(
            "notice",
            "hidden_rows",
            f"{rows_shown(hidden)}: hidden in Excel (filtered?), but still included.",
            hidden,
        )

    if read.struck_rows:
        yield Finding(
            "notice",
            "struck_rows",
            f"{rows_shown(read.struck_rows)}: struck out in Excel, wholly or in part, but still "
            "included.",
            tuple(read.struck_rows),
        )


def _hidden_rows(xml: bytes) -> tuple[int, ...]:
    return tuple(int(row) for row in _HIDDEN_ROW.findall(xml))
