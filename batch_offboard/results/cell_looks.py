"""What the style of a cell makes of its value: another text, or one that nobody can read."""

import colorsys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from batch_offboard.termination_list.models import letter
from batch_offboard.termination_list.workbook.package import Package
from batch_offboard.termination_list.workbook.texts import is_yes
from batch_offboard.wording import printable

_PLAIN_FORMATS = frozenset({"general", "@", "0", "0.00", "#,##0", "#,##0.00"})
"""Number formats, in lower case, in which a number is itself and a text is too."""
_BUILT_IN = {0: "general", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 49: "@"}
_FIRST_OF_ITS_OWN = 164
"""The first number of a format that a workbook defines; programs have those below built in."""
_SYMBOLS = (
    *("wingdings", "webdings", "symbol", "marlett", "dingbats", "mt extra", "ms outlook"),
    *("mdl2", "fluent icons", "fontawesome", "barcode", "adobe blank"),
)
"""Fonts whose letters look like other signs."""
_LEAST_CONTRAST = 1.25
_SMALLEST_POINTS, _LARGEST_POINTS = 5, 72
_Colour = tuple[int, int, int]
_WHITE: _Colour = (255, 255, 255)
_BLACK: _Colour = (0, 0, 0)
_SYSTEM = {"window": _WHITE, "windowText": _BLACK}
_OF_THE_WINDOW = {64: _BLACK, 65: _WHITE}
"""The colour numbers of the system's text and background, which no workbook can change."""
_LIGHT_PATTERNS = ("gray", "light")


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

    def __init__(self, root: ET.Element, theme: "_Theme") -> None:
        self._theme = theme
        self._palette = _palette(root)
        self._formats = dict(_BUILT_IN)
        for each in _children(root, "numFmts"):
            number, code = int(each.get("numFmtId", "0")), each.get("formatCode", "")
            if number >= _FIRST_OF_ITS_OWN or code.lower() not in _PLAIN_FORMATS:
                self._formats[number] = code
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
        """What a style hides or alters, and whether it deceives."""
        code = self._formats.get(int(style.get("numFmtId", "0")), "another one")
        if code.lower() not in _PLAIN_FORMATS:
            shown = printable(code)[:60]
            yield f'the number format "{shown}" can show something other than the value', False
        font = _at(self._fonts, int(style.get("fontId", "0")))
        fill = _at(self._fills, int(style.get("fillId", "0")))
        yield from self._font_looks(font, self._background(fill))
        if any(_local(each.tag) == "gradientFill" for each in fill):
            yield "the fill is a gradient", False
        for each in style.iter():
            if _local(each.tag) == "alignment" and each.get("horizontal") == "fill":
                yield "texts are repeated to fill the cells", False

    def _font_looks(self, font: ET.Element, background: _Colour) -> Iterator[tuple[str, bool]]:
        """What a font hides or alters."""
        found = {_local(each.tag): each for each in font}
        if _contrast(self._colour(found.get("color"), _BLACK), background) < _LEAST_CONTRAST:
            yield "the text has the colour of the cell", False
        points = float(found["sz"].get("val", "11")) if "sz" in found else 11
        if points < _SMALLEST_POINTS:
            yield "the text is too small to be read", False
        if points > _LARGEST_POINTS:
            yield "the text is too large for its cell", False
        for name in self._font_names(found):
            if any(each in name.lower() for each in _SYMBOLS):
                yield f"the font {printable(name)} shows symbols instead of letters", False
        if "strike" in found and is_yes(found["strike"].get("val", "1")):
            yield "the text is struck out", True

    def _font_names(self, font: Mapping[str, ET.Element]) -> Iterator[str]:
        """The font's own name, and that of the theme's font for which it stands."""
        if "name" in font:
            yield font["name"].get("val", "")
        if "scheme" in font:
            yield self._theme.fonts.get(font["scheme"].get("val", ""), "")

    def _background(self, fill: ET.Element) -> _Colour:
        """The colour of most of the cell: of a light pattern it is the one behind it."""
        pattern = next((each for each in fill if _local(each.tag) == "patternFill"), None)
        kind = "none" if pattern is None else pattern.get("patternType", "none")
        if pattern is None or kind == "none":
            return _WHITE
        found = {_local(each.tag): each for each in pattern}
        if kind.startswith(_LIGHT_PATTERNS):
            return self._colour(found.get("bgColor"), _WHITE)
        return self._colour(found.get("fgColor"), _BLACK)

    def _colour(self, element: ET.Element | None, default: _Colour) -> _Colour:
        if element is None:
            return default
        found = default
        if rgb := element.get("rgb"):
            found = _of_hex(rgb, default)
        elif (number := element.get("theme")) is not None:
            found = _at_number(self._theme.colours, int(number), default)
        elif (number := element.get("indexed")) is not None:
            found = self._palette.get(int(number), default)
        return _tinted(found, float(element.get("tint", "0")))


@dataclass(frozen=True, slots=True)
class _Theme:
    """The colours of a theme by number, and the names of its fonts, `major` and `minor`."""

    colours: Sequence[_Colour] = (_WHITE, _BLACK)
    fonts: Mapping[str, str] = field(default_factory=dict)


def _theme(package: Package, part: str | None) -> _Theme:
    """The theme; of its colours white and black come first, grey and blue, then the accents."""
    if part is None or part not in package:
        return _Theme()
    colours, fonts = list[_Colour](), dict[str, str]()
    for each in package.element(part).iter():
        name = _local(each.tag)
        if name == "clrScheme":
            colours += [_of_theme(next(iter(colour), ET.Element("none"))) for colour in each]
        elif name in ("majorFont", "minorFont"):
            latin = next((font for font in each if _local(font.tag) == "latin"), ET.Element("none"))
            fonts[name.removesuffix("Font")] = latin.get("typeface", "")
    first = [1, 0, 3, 2]  # the file lists dark ones before light ones
    if len(colours) <= max(first):
        return _Theme(fonts=fonts)
    return _Theme([colours[n] for n in first] + colours[4:], fonts)


def _of_theme(colour: ET.Element) -> _Colour:
    """A colour of a theme; one of the system is what it is on most computers."""
    value = colour.get("val", "")
    return _SYSTEM.get(value) or _of_hex(colour.get("lastClr", value), _BLACK)


def _palette(styles: ET.Element) -> dict[int, _Colour]:
    """The colours by the number with which a style refers to them."""
    from openpyxl.styles.colors import COLOR_INDEX

    found = {number: _of_hex(code, _BLACK) for number, code in enumerate(COLOR_INDEX)}
    own = (each for each in _children(styles, "colors") if _local(each.tag) == "indexedColors")
    for colours in own:
        found |= {n: _of_hex(each.get("rgb", ""), _BLACK) for n, each in enumerate(colours)}
    return found | _OF_THE_WINDOW


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
