"""The styles of a workbook's cells: number format, and whether the cell is struck out."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree import ElementTree as ET

from batch_offboard.termination_list.workbook.package import MAIN, Package, index
from batch_offboard.termination_list.workbook.texts import is_yes

_GENERAL = "general"
_DAY, _TIME, _ELAPSED = "yyyy-mm-dd", "hh:mm:ss", "[h]:mm:ss"
_BUILT_IN: Mapping[int, str] = {
    **dict.fromkeys((*range(14, 18), 22), _DAY),
    **dict.fromkeys((*range(18, 22), 45, 47), _TIME),
    46: _ELAPSED,
    # In the Excel of East Asia and of Thailand (ISO/IEC 29500-1, 18.8.30).
    **dict.fromkeys((*range(27, 37), *range(50, 59), *range(71, 82)), _DAY),
}
"""Built-in date and time formats by their number, with a format of the same kind as text."""


class Style(NamedTuple):
    """The number format of cells, empty for General, and whether they are struck out."""

    number_format: str = ""
    struck: bool = False


def styles_of(package: Package, part: str | None) -> tuple[Style, ...]:
    """The styles in the order in which cells refer to them; a plain one if there is no part."""
    if part is None:
        return (Style(),)
    root = package.element(part)
    formats = {**_BUILT_IN, **dict(_declared(root))}
    struck = [_is_struck(font) for font in root.iterfind(f"{MAIN}fonts/{MAIN}font")]
    found = tuple(
        Style(
            formats.get(index(each.get("numFmtId", "0")), ""),
            _at(struck, index(each.get("fontId", "0"))),
        )
        for each in root.iterfind(f"{MAIN}cellXfs/{MAIN}xf")
    )
    return found or (Style(),)


def _shown(number_format: str) -> str:
    return "" if number_format.lower() == _GENERAL else number_format


def _declared(root: ET.Element) -> Iterator[tuple[int, str]]:
    for each in root.iterfind(f"{MAIN}numFmts/{MAIN}numFmt"):
        yield index(each.get("numFmtId", "0")), _shown(each.get("formatCode", ""))


def _is_struck(font: ET.Element) -> bool:
    strike = font.find(f"{MAIN}strike")
    return strike is not None and is_yes(strike.get("val", "1"))


def _at(struck: list[bool], font: int) -> bool:
    """Whether a font is struck out; workbooks without fonts refer to the first one all the same."""
    return struck[font] if struck or font else False
