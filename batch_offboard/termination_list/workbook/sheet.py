"""One sheet of a workbook as it is stored: its cells by place, and what it hides or merges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from batch_offboard.errors import ListError
from batch_offboard.termination_list.models import column_number, letter
from batch_offboard.termination_list.workbook.package import MAIN, DamageError, Package, index
from batch_offboard.termination_list.workbook.texts import RichText, TextCollector, is_yes

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_DIGITS = "0123456789"
_SHEET, _ROW, _CELL, _VALUE, _FORMULA, _INLINE = (
    f"{MAIN}{name}" for name in ("worksheet", "row", "c", "v", "f", "is")
)
_DEFAULTS, _COLUMN, _MERGED = (f"{MAIN}{name}" for name in ("sheetFormatPr", "col", "mergeCell"))


class StoredCell(NamedTuple):
    """A cell with a value, an inline text or a formula.

    `kind` is the type of the value, as the format abbreviates it; `value` is None where none is
    stored. `row` counts from 1, `column` from 0.
    """

    row: int
    column: int
    kind: str
    value: str | None
    inline: RichText | None
    style: int
    formula: bool

    @property
    def place(self) -> str:
        """The place as a spreadsheet names it, such as B2."""
        return f"{letter(self.column)}{self.row}"


class MergedCells(NamedTuple):
    """Cells of several rows merged into one.

    `bottom` and `right` are inclusive; rows count from 1, columns from 0.
    """

    place: str
    top: int
    bottom: int
    left: int
    right: int


@dataclass(slots=True)
class Sheet:
    """A sheet as stored: its cells row by row, and in each row column by column.

    `collapsed_rows` are hidden by the sheet's default height alone, which some programs ignore for
    rows with content. `hidden_columns` has a 1 for each hidden column.
    """

    cells: list[StoredCell] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    collapsed_rows: set[int] = field(default_factory=set)
    hidden_columns: bytearray = field(default_factory=lambda: bytearray(_MOST_COLUMNS))
    merged: list[MergedCells] = field(default_factory=list)


def read_sheet(package: Package, part: str) -> Sheet:
    """The sheet in this part.

    Raises DamageError for contradictory cells, such as one stored twice, and ListError for cells in
    the wrong order.
    """
    target = _SheetTarget()
    package.parse(part, target)
    return target.sheet


class _SheetTarget:
    """An `ET.XMLParser` target that gathers a sheet and ignores all other elements."""

    def __init__(self) -> None:
        self.sheet = Sheet()
        self._started = False
        self._collapsed = False
        self._row, self._row_digits, self._column = 0, "0", -1
        self._last = (0, -1)
        self._cell: Mapping[str, str] = {}
        self._value: list[str] | None = None
        self._in_value = False
        self._inline: TextCollector | None = None
        self._formula = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element that begins."""
        if tag == _CELL:
            self._start_cell(attributes)
        elif tag == _VALUE:
            if self._value is not None:
                raise DamageError("a cell holds two values")
            self._value, self._in_value = [], True
        elif tag == _ROW:
            self._start_row(attributes)
        elif tag == _FORMULA:
            self._formula = True
        elif tag == _INLINE:
            self._inline = TextCollector()
        elif self._inline is not None:
            self._inline.start(tag, attributes)
        else:
            self._start_other(tag, attributes)

    def end(self, tag: str) -> None:
        """Take note of an element that ends."""
        if tag == _CELL:
            self._end_cell()
        elif tag == _VALUE:
            self._in_value = False
        elif self._inline is not None:
            self._inline.end(tag)

    def data(self, piece: str) -> None:
        """Add characters to what they belong to."""
        if self._in_value and self._value is not None:
            self._value.append(piece)
        elif self._inline is not None:
            self._inline.data(piece)

    def close(self) -> None:
        """Do nothing; the parser requires this method."""

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        digits = attributes.get("r") or str(self._row + 1)
        self._row, self._row_digits, self._column = _row_number(digits), digits, -1
        height = attributes.get("ht")
        custom = is_yes(attributes.get("customHeight"))
        # Excel shows no row whose height is said to be its own and then is not given.
        zero = custom if height is None else float(height) == 0
        if is_yes(attributes.get("hidden")) or zero:
            self.sheet.hidden_rows.add(self._row)
        elif self._collapsed and height is None and "hidden" not in attributes:
            self.sheet.collapsed_rows.add(self._row)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        """Take note of a cell that begins; it must belong to its row."""
        self._cell = attributes
        self._value, self._inline, self._formula = None, None, False
        place = attributes.get("r")
        if place is None:
            self._column += 1
            return
        letters = place.rstrip(_DIGITS)
        digits = place[len(letters) :]
        self._column = _column(letters)
        if digits != self._row_digits and _row_number(digits) != self._row:
            raise DamageError(f"cell {place} is stored in row {self._row}")

    def _end_cell(self) -> None:
        """Keep the cell that has ended; it must come after the one before."""
        if self._value is None and self._inline is None and not self._formula:
            return
        get = self._cell.get
        value = None if self._value is None else "".join(self._value)
        inline = None if self._inline is None else self._inline.text()
        self._inline = None
        cell = StoredCell(
            self._row,
            self._column,
            get("t", "n"),
            value,
            inline,
            index(get("s", "0")),
            self._formula,
        )
        if (self._row, self._column) == self._last:
            raise DamageError(f"cell {cell.place} is stored twice")
        if (self._row, self._column) < self._last:
            raise ListError(
                f"has cells that are stored in the wrong order, in row {self._row}. Open it in "
                "Excel and save it again."
            )
        self._last = (self._row, self._column)
        self.sheet.cells.append(cell)

    def _start_other(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._started:
            self._started = True
            if tag != _SHEET:
                raise DamageError
        elif tag == _DEFAULTS:
            self._start_defaults(attributes)
        elif tag == _COLUMN:
            self._start_columns(attributes)
        elif tag == _MERGED:
            self._add_merged(attributes.get("ref", ""))

    def _start_defaults(self, attributes: Mapping[str, str]) -> None:
        height = attributes.get("defaultRowHeight")
        self._collapsed = is_yes(attributes.get("zeroHeight")) or _is_zero(height)
        if _is_zero(attributes.get("defaultColWidth")):
            self.sheet.hidden_columns[:] = b"\1" * _MOST_COLUMNS

    def _start_columns(self, attributes: Mapping[str, str]) -> None:
        first, last = int(attributes["min"]) - 1, min(int(attributes["max"]), _MOST_COLUMNS)
        hidden = is_yes(attributes.get("hidden")) or _is_zero(attributes.get("width"))
        if 0 <= first < last:
            self.sheet.hidden_columns[first:last] = bytes([hidden]) * (last - first)

    def _add_merged(self, reference: str) -> None:
        first, _, last = reference.replace("$", "").partition(":")
        top, left = _split(first)
        bottom, right = _split(last or first)
        if bottom > top:  # side by side, each row still has its own value
            self.sheet.merged.append(MergedCells(reference, top, bottom, left, right))


def _row_number(digits: str) -> int:
    """The number of a row. Raises DamageError for an impossible one."""
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:8]) <= _MOST_ROWS):
        raise DamageError(f'"{digits[:20]}" is not a row number')
    return int(digits)


@lru_cache(maxsize=_MOST_COLUMNS)
def _column(letters: str) -> int:
    """The position of a column. Raises DamageError for impossible letters."""
    number = column_number(letters)
    if number is None or number >= _MOST_COLUMNS:
        raise DamageError(f'"{letters[:20]}" is not a column')
    return number


def _split(place: str) -> tuple[int, int]:
    """Row and column of a place such as B2."""
    letters = place.rstrip(_DIGITS)
    return _row_number(place[len(letters) :]), _column(letters)


def _is_zero(attribute: str | None) -> bool:
    return attribute is not None and float(attribute) == 0
