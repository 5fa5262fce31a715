"""What the style of a cell makes of its value: another text, or one that nobody can read."""

import colorsys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from batch_offboard.termination_list.models import letter
from batch_offboard.termination_list.workbook.package import Package
from batch_offboard.termination_list.workbook.texts import is_yes
from batch_offboard.wording import printable

_PLAIN_FORMATS = frozenset({"general", "@", "0", "0.00", "#,##0", "#,##0.00"})
"""Number formats, in lower case, in which a number is itself and a text is too."""
_BUILT_IN = {0: "general", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 49: "@"}
_SYMBOLS = ("wingdings", "webdings", "symbol", "marlett", "dingbats")
"""Fonts whose letters look like other signs."""
_LEAST_CONTRAST = 1.25
_SMALLEST_POINTS = 5
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class CellLook:
    """A sentence about the style of cells in a column; `is_mark` for one that hides nothing."""

    column: int
    text: str
    is_mark: bool = False


def cell_looks(
    package: Package, styles: str | None, theme: str | None, styled: Mapping[tuple[int, int], int]
) -> tuple[CellLook, ...]:
    """What styles make of the values in `styled`: by style and column, the first row with one.

    `styles` and `theme` are the names of these parts.
    """
    if styles is None or styles not in package:
        return ()
    known = _Styles(package.element(styles), _theme(package, theme))
    return tuple(
        CellLook(column, f"From {letter(column)}{row} on, {text}.", is_mark)
        for (style, column), row in sorted(styled.items(), key=lambda each: each[0][::-1])
        for text, is_mark in known.of(style)
    )


class _Styles:
    """The styles of a workbook, by their number."""

    def __init__(self, root: ET.Element, theme: Sequence[_Colour]) -> None:
        self._theme = theme
        self._formats = dict(_BUILT_IN)
        for each in _children(root, "numFmts"):
            self._formats[int(each.get("numFmtId", "0"))] = each.get("formatCode", "")
        self._fonts = _children(root, "fonts")
        self._fills = _children(root, "fills")
        self._styles = _children(root, "cellXfs")
        self._found: dict[int, tuple[tuple[str, bool], ...]] = {}

    def of(self, style: int) -> tuple[tuple[str, bool], ...]:
        """What this style does to a value, in words, and whether that is just a mark."""
        if style not in self._found:
            element = self._styles[style] if style < len(self._styles) else ET.Element("xf")
            self._found[style] = tuple(self._read(element))
        return self._found[style]

    def _read(self, style: ET.Element) -> Iterator[tuple[str, bool]]:
        code = self._formats.get(int(style.get("numFmtId", "0")), "another one")
        if code.lower() not in _PLAIN_FORMATS:
            shown = printable(code)[:60]
            yield f'the number format "{shown}" can show something else than the value', False
        font = _at(self._fonts, int(style.get("fontId", "0")))
        fill = _at(self._fills, int(style.get("fillId", "0")))
        yield from self._font_looks(font, self._background(fill))
        for each in style.iter():
            if _local(each.tag) == "alignment" and each.get("horizontal") == "fill":
                yield "texts are repeated to fill the cells", False

    def _font_looks(self, font: ET.Element, background: _Colour) -> Iterator[tuple[str, bool]]:
        found = {_local(each.tag): each for each in font}
        if _contrast(self._colour(found.get("color"), _BLACK), background) < _LEAST_CONTRAST:
            yield "the text has the colour of the cell", False
        if "sz" in found and float(found["sz"].get("val", "11")) < _SMALLEST_POINTS:
            yield "the text is too small to be read", False
        name = found["name"].get("val", "") if "name" in found else ""
        if any(each in name.lower() for each in _SYMBOLS):
            yield f"the font {printable(name)} shows signs instead of letters", False
        if "strike" in found and is_yes(found["strike"].get("val", "1")):
            yield "the text is struck out", True

    def _background(self, fill: ET.Element) -> _Colour:
        pattern = next((each for each in fill if _local(each.tag) == "patternFill"), None)
        if pattern is None or pattern.get("patternType", "none") == "none":
            return _WHITE
        front = next((each for each in pattern if _local(each.tag) == "fgColor"), None)
        return self._colour(front, _WHITE)

    def _colour(self, element: ET.Element | None, default: _Colour) -> _Colour:
        if element is None:
            return default
        found = default
        if rgb := element.get("rgb"):
            found = _of_hex(rgb, default)
        elif (number := element.get("theme")) is not None:
            found = _at_number(self._theme, int(number), default)
        elif (number := element.get("indexed")) is not None:
            found = _indexed(int(number), default)
        return _tinted(found, float(element.get("tint", "0")))


def _theme(package: Package, part: str | None) -> list[_Colour]:
    """The colours of the theme by number: white and black, grey and blue, then the accents."""
    found: list[_Colour] = []
    if part is not None and part in package:
        for scheme in package.element(part).iter():
            if _local(scheme.tag) == "clrScheme":
                for each in scheme:
                    colour = next(iter(each), ET.Element("none"))
                    found.append(_of_hex(colour.get("lastClr", colour.get("val", "")), _BLACK))
    first = [1, 0, 3, 2]  # the file lists dark ones before light ones
    return [found[n] for n in first] + found[4:] if len(found) > max(first) else [_WHITE, _BLACK]


def _indexed(number: int, default: _Colour) -> _Colour:
    from openpyxl.styles.colors import COLOR_INDEX

    return _of_hex(COLOR_INDEX[number], default) if number < len(COLOR_INDEX) else default


def _of_hex(text: str, default: _Colour) -> _Colour:
    try:
        red, green, blue = bytes.fromhex(text[-6:])
    except ValueError:
        return default
    return (red, green, blue)


def _tinted(colour: _Colour, tint: float) -> _Colour:
    """The colour made lighter (up to 1) or darker (down to -1) as Excel does."""
    hue, light, full = colorsys.rgb_to_hls(*(each / 255 for each in colour))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = (round(255 * each) for each in colorsys.hls_to_rgb(hue, light, full))
    return (red, green, blue)


def _contrast(one: _Colour, other: _Colour) -> float:
    """The contrast ratio of the Web Content Accessibility Guidelines, from 1 to 21."""
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: _Colour) -> float:
    linear = (
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4
        for each in (value / 255 for value in colour)
    )
    return sum(part * each for part, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _children(root: ET.Element, name: str) -> list[ET.Element]:
    return next((list(each) for each in root if _local(each.tag) == name), [])


def _at(elements: Sequence[ET.Element], number: int) -> ET.Element:
    return elements[number] if number < len(elements) else ET.Element("none")


def _at_number(colours: Sequence[_Colour], number: int, default: _Colour) -> _Colour:
    return colours[number] if number < len(colours) else default


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
