"""How a sheet of a workbook is shown: what it hides, what lies over its cells, their styles."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from batch_offboard.termination_list.models import column_number
from batch_offboard.termination_list.workbook.package import Package
from batch_offboard.termination_list.workbook.texts import is_yes

_MOST_COLUMNS = 16_384
_LOWEST_POINTS, _NARROWEST_CHARACTERS = 5, 1
"""What is lower, or narrower, is as good as hidden."""
_DIGITS = "0123456789"


@dataclass(slots=True)
class SheetLooks:
    """How a sheet is shown; rows count from 1, columns from 0.

    `topmost` are the names of the elements just below the sheet's own, `elements` those of all.
    `styled` has, by style and column, the first row with a value.
    """

    views: list[Mapping[str, str]] = field(default_factory=list)
    frozen: tuple[float, float] = (0, 0)
    """How many rows and columns of it are frozen."""
    topmost: set[str] = field(default_factory=set)
    elements: set[str] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    filtered_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: list[str] = field(default_factory=list)
    styled: dict[tuple[int, int], int] = field(default_factory=dict)
    print_scale: float = 100
    printed: list[str] = field(default_factory=list)
    """The headers and footers of printed pages, with their codes."""


def read_looks(package: Package, part: str) -> SheetLooks:
    """How the sheet in this part is shown. Raises what parsing raises for a damaged one."""
    target = _Target()
    package.parse(part, target)
    filters = [target.filtered] if target.is_filtering else []
    for each in package.relationships(part).values():
        if each.kind == "table" and each.part in package:
            root = package.element(each.part)
            if any(_local(one.tag) == "filterColumn" for one in root.iter()):
                filters.append(_rows(root.get("ref", "")))
    looks = target.looks
    looks.filtered_rows = {row for row in looks.hidden_rows if any(row in each for each in filters)}
    looks.hidden_rows -= looks.filtered_rows
    return looks


class _Target:
    """An `ET.XMLParser` target that gathers how a sheet is shown."""

    def __init__(self) -> None:
        self.looks = SheetLooks()
        self.is_filtering = False
        self.filtered = range(0)
        self._depth, self._row, self._column, self._style = 0, 0, -1, 0
        self._place = ""
        self._collapsed = self._prints = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element that begins."""
        name = _local(tag)
        self._depth += 1
        self._prints = name.endswith(("Header", "Footer"))
        if name in ("v", "is", "f"):
            self.looks.styled.setdefault((self._style, self._column), self._row)
            if name == "f":
                self.looks.formulas.append(self._place)
        elif name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        else:
            self._start_other(name, attributes)

    def end(self, _: str) -> None:
        """Take note of an element that ends."""
        self._prints = False
        self._depth -= 1

    def data(self, piece: str) -> None:
        """Add characters to the header or footer that they belong to."""
        if self._prints:
            self.looks.printed[-1] += piece

    def close(self) -> None:
        """Do nothing; the parser requires this method."""

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._place = attributes.get("r", "")
        named = column_number(self._place.rstrip(_DIGITS)) if self._place else None
        self._column = self._column + 1 if named is None else named
        self._style = int(attributes.get("s", "0"))
        if is_yes(attributes.get("ph")):
            self.looks.elements.add("rPr")

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self._row, self._column = int(attributes.get("r") or self._row + 1), -1
        height = attributes.get("ht")
        if height is None and is_yes(attributes.get("customHeight")):
            height = "0"  # so it is for Excel
        low = height is not None and float(height) < _LOWEST_POINTS
        collapsed = self._collapsed and height is None and "hidden" not in attributes
        if low or collapsed or is_yes(attributes.get("hidden")):
            self.looks.hidden_rows.add(self._row)

    def _start_other(self, name: str, attributes: Mapping[str, str]) -> None:
        self.looks.elements.add(name)
        if self._prints:
            self.looks.printed.append("")
        if self._depth == 2:
            self.looks.topmost.add(name)
        if name == "sheetView":
            self.looks.views.append(attributes)
        elif name == "pane" and attributes.get("state", "split") != "split":
            rows, columns = (float(attributes.get(each, "0")) for each in ("ySplit", "xSplit"))
            self.looks.frozen = (rows, columns)
        elif name == "sheetFormatPr":
            self._start_defaults(attributes)
        elif name == "col":
            self._start_columns(attributes)
        elif name == "autoFilter":
            self.filtered = _rows(attributes.get("ref", ""))
        elif name == "filterColumn":
            self.is_filtering = True
        elif name == "pageSetup":
            self.looks.print_scale = float(attributes.get("scale", "100"))

    def _start_defaults(self, attributes: Mapping[str, str]) -> None:
        height = float(attributes.get("defaultRowHeight", _LOWEST_POINTS))
        self._collapsed = is_yes(attributes.get("zeroHeight")) or height < _LOWEST_POINTS
        if float(attributes.get("defaultColWidth", "9")) < _NARROWEST_CHARACTERS:
            self.looks.hidden_columns = set(range(_MOST_COLUMNS))

    def _start_columns(self, attributes: Mapping[str, str]) -> None:
        first, last = int(attributes["min"]) - 1, min(int(attributes["max"]), _MOST_COLUMNS)
        narrow = float(attributes.get("width", "9")) < _NARROWEST_CHARACTERS
        if narrow or is_yes(attributes.get("hidden")):
            self.looks.hidden_columns |= set(range(first, last))
        else:
            self.looks.hidden_columns -= set(range(first, last))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _rows(reference: str) -> range:
    """The rows of a range such as A1:F20."""
    first, _, last = reference.replace("$", "").partition(":")
    top, bottom = (each.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for each in (first, last or first))
    return range(int(top), int(bottom) + 1) if top.isdigit() and bottom.isdigit() else range(0)
