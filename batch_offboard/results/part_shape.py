"""Whether a part of a workbook has its elements where every program looks for them.

Strict programs leave out what is elsewhere, lenient ones show it. Of two values, some show the
first and some the last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from batch_offboard.termination_list.workbook.package import MAIN, Package

_TEXT = frozenset({"t", "r", "rPh", "phoneticPr"})
_WITHIN = {
    "sheetData": {"row"},
    "row": {"c"},
    "c": {"f", "v", "is"},
    "is": _TEXT,
    "si": _TEXT,
    "r": {"rPr", "t"},
    "rPh": {"t"},
    **dict.fromkeys(("v", "t", "phoneticPr"), frozenset[str]()),
}
"""All that may stand in an element."""
_AROUND = {
    **dict.fromkeys(("sheetData", "sheetViews", "sheetFormatPr", "cols"), "worksheet"),
    **{"row": "sheetData", "c": "row", "v": "c", "is": "c", "si": "sst"},
    **{"sheetView": "sheetViews", "pane": "sheetView", "col": "cols"},
    **dict.fromkeys(("numFmts", "fonts", "fills", "cellXfs", "colors"), "styleSheet"),
}
"""The only elements in which these are read."""
_AGAINST = {
    "t": {"t", "r"},
    "r": {"t"},
    "v": {"v", "is"},
    "is": {"v", "is"},
    **{name: {name} for name, around in _AROUND.items() if around in ("worksheet", "styleSheet")},
}
"""What must not stand before an element beside it."""
_EXTENSIONS = "extLst"
_INLINE = "inlineStr"


@dataclass(slots=True)
class Shape:
    """The names of all elements in a part, and the places of those that are not where they belong.

    An element in a cell is placed by the cell, any other by its own name.
    """

    names: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)


def shape_of(package: Package, part: str) -> Shape:
    """The shape of a part, which may be too large to be held."""
    target = _Target()
    package.parse(part, target)
    return target.shape


class _Target:
    """An `ET.XMLParser` target that compares where elements stand with where they belong."""

    def __init__(self) -> None:
        self.shape = Shape()
        self._open = [("", set[str]())]
        self._cell: Mapping[str, str] = {}
        self._extensions = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element that begins."""
        local = tag.rpartition("}")[2]
        name = local if tag == MAIN + local else tag
        if name == "c":
            self._cell = attributes
        around, before = self._open[-1]
        if self._is_odd(name, around, before):
            self.shape.odd.append(self._cell.get("r") or local)
        before.add(name)
        self.shape.names.add(local)
        self._extensions += name == _EXTENSIONS
        self._open.append((name, set()))

    def end(self, tag: str) -> None:
        """Take note of an element that ends."""
        name, _ = self._open.pop()
        self._extensions -= name == _EXTENSIONS
        if name == "c":
            self._cell = {}

    def close(self) -> None:
        """Do nothing; the parser requires this method."""

    def _is_odd(self, name: str, around: str, before: set[str]) -> bool:
        if around in _WITHIN and name not in _WITHIN[around]:
            return True
        if name == "t" and around not in _WITHIN:  # it is read wherever it stands
            return True
        if name.startswith("{") and not self._extensions:
            return True
        if around != _AROUND.get(name, around) or before & _AGAINST.get(name, set()):
            return True
        inline = self._cell.get("t") == _INLINE
        return (name == "is" and not inline) or (name == "v" and inline)
