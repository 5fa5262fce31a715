"""What makes the reader of a workbook see something other than the values of its cells.

A value can be right and a reader deceived all the same: the sheet with it is hidden behind another
one, a number format shows a different word, a picture lies over it. `LOOKS` lists everything of the
kind that is looked for. A plain filter, a coloured row or a wide column deceives nobody.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from batch_offboard.errors import ListError
from batch_offboard.results.cell_looks import CellLook, cell_looks
from batch_offboard.results.looks import Look, gaps
from batch_offboard.results.models import COLUMNS
from batch_offboard.results.package_looks import package_looks
from batch_offboard.results.part_shape import Shape, shape_of
from batch_offboard.results.sheet_looks import SheetLooks, read_looks
from batch_offboard.termination_list import RESULTS_SHEET
from batch_offboard.termination_list.columns import own_spelling
from batch_offboard.termination_list.models import column_number, letter
from batch_offboard.termination_list.results_table import results_table
from batch_offboard.termination_list.workbook.package import (
    RELATIONSHIP_ID,
    Package,
    reporting_damage,
)
from batch_offboard.termination_list.workbook.texts import is_yes
from batch_offboard.wording import counted, printable, rows_named


@dataclass(frozen=True, slots=True)
class _Shown:
    """A workbook as a reader sees it: its parts, its list of sheets, and the sheet with results.

    `shapes` are those of that sheet, of the shared texts and of the styles. `ours` are the
    positions of the program's columns in it.
    """

    package: Package
    workbook: ET.Element
    workbook_part: str
    sheet_part: str
    sheets: Sequence[ET.Element]
    at: int
    looks: SheetLooks
    cells: Sequence[CellLook]
    shapes: Sequence[Shape]
    ours: frozenset[int]


def workbook_looks(data: bytes, rows: Sequence[Sequence[str]]) -> tuple[Look, ...]:
    """What alters, or seems to alter, the values of a workbook whose results have these rows."""
    try:
        with reporting_damage():
            shown = _shown(data, rows)
            return (*_gaps(data), *(look for each in LOOKS for look in each(shown)))
    except ListError as error:
        return (Look(f"How it looks could not be checked: it {error}"),)


def _gaps(data: bytes) -> Iterator[Look]:
    with suppress(ListError):  # without a table, it is said elsewhere what is wrong
        yield from gaps(record.row for record in results_table(data).records)


def _shown(data: bytes, rows: Sequence[Sequence[str]]) -> _Shown:
    package = Package(data)
    part = package.workbook() or ""
    workbook, related = package.element(part), package.relationships(part)
    sheets = [each for each in workbook.iter() if _local(each.tag) == "sheet"]
    titles = [each.get("name", "") for each in sheets]
    at = titles.index(RESULTS_SHEET) if RESULTS_SHEET in titles else 0
    sheet = related[sheets[at].get(RELATIONSHIP_ID, "")].part
    looks = read_looks(package, sheet)
    by_kind = {each.kind: each.part for each in related.values()}
    cells = cell_looks(package, by_kind.get("styles"), by_kind.get("theme"), looks.styled)
    shaped = (sheet, by_kind.get("sharedStrings", _STRINGS), by_kind.get("styles", ""))
    shapes = [shape_of(package, each) for each in shaped if each in package]
    return _Shown(package, workbook, part, sheet, sheets, at, looks, cells, shapes, _ours(rows))


_STRINGS = "xl/sharedstrings.xml"


def _ours(rows: Sequence[Sequence[str]]) -> frozenset[int]:
    headers = ([own_spelling(cell) for cell in row] for row in rows)
    header: list[str] = next((row for row in headers if COLUMNS[0] in row), [])
    return frozenset(n for n, name in enumerate(header) if name in COLUMNS)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _other_sheets(shown: _Shown) -> Iterator[Look]:
    """Sheets beside the one with the results, and windows that show others."""
    title = printable(shown.sheets[shown.at].get("name", ""))
    states = {each.get("state", "visible") for each in shown.sheets[shown.at : shown.at + 1]}
    if states != {"visible"}:
        yield Look(f'The sheet "{title}" with the results is hidden.')
    for n, sheet in enumerate(shown.sheets):
        if n != shown.at:
            hidden = "" if sheet.get("state", "visible") == "visible" else ", which is hidden"
            yield Look(f'It has another sheet, "{printable(sheet.get("name", ""))}"{hidden}.')
    for view in shown.workbook.iter():
        if _local(view.tag) == "workbookView":
            if view.get("activeTab", "0") != str(shown.at):
                yield Look("It opens at another sheet than the one with the results.")
            if view.get("visibility", "visible") != "visible":
                yield Look("Its window is hidden.")


def _names(shown: _Shown) -> Iterator[Look]:
    """Names that the workbook gives to cells, and its print areas."""
    for each in shown.workbook.iter():
        name = each.get("name", "")
        if _local(each.tag) != "definedName" or name in _USUAL_NAMES:
            continue
        if name.lower() == "_xlnm.print_area":
            yield Look(f"Only a part of it is printed: {printable(each.text or '')}.")
        else:
            yield Look(f'It gives cells the name "{printable(name)}".', deceives=False)


_USUAL_NAMES = frozenset({"_xlnm._FilterDatabase", "_xlnm.Print_Titles"})


def _parts(shown: _Shown) -> Iterator[Look]:
    yield from package_looks(shown.package, ("", shown.workbook_part, shown.sheet_part))


def _elements(shown: _Shown) -> Iterator[Look]:
    """What the sheet has that may show other values."""
    for name in sorted(shown.looks.elements):
        if name in _DECEIVING:
            yield Look(_DECEIVING[name])
        elif name in _REMARKABLE:
            yield Look(_REMARKABLE[name], deceives=False)
    for name in sorted(shown.looks.topmost - _USUAL - _DECEIVING.keys() - _REMARKABLE.keys()):
        yield Look(f"Its sheet has something that this program does not write ({printable(name)}).")


_DECEIVING = {
    "conditionalFormatting": "It has conditional formats, which can show another value.",
    "mergeCell": "It has merged cells: they hide the values behind them.",
    "dataValidation": "It has data validation, which can show a message over the cells.",
    "legacyDrawingHF": "It prints a picture in the header or footer.",
    "picture": "It has a picture behind its cells.",
    "sparkline": "It draws small charts in cells.",
    "oleObject": "A document is embedded in it.",
    "control": "It has buttons or fields over its cells.",
}
"""By element: what it does to the values that a reader sees."""
_REMARKABLE = {
    "tablePart": "Its cells are formatted as a table.",
    "hyperlink": "It has links.",
}
"""By element: what is worth a mention, though the values stay visible."""
_USUAL = frozenset(
    (
        *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData"),
        *("sheetCalcPr", "sheetProtection", "protectedRanges", "autoFilter", "sortState"),
        *("phoneticPr", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "rowBreaks"),
        *("colBreaks", "ignoredErrors", "drawing", "legacyDrawing", "tableParts", "extLst"),
        *("mergeCells", "dataValidations", "headerFooter", "oleObjects", "controls"),
    )
)
"""Elements just below a sheet's own that say nothing, or only enclose others."""


def _printed(shown: _Shown) -> Iterator[Look]:
    """A header or footer with words; LibreOffice adds one of sheet name and page number."""
    if shown.looks.print_scale < _TINY_PERCENT:
        yield Look(f"It is printed at {shown.looks.print_scale:g}% of its size.")
    for text in shown.looks.printed:
        if words := _PRINTING_CODES.sub("", text).strip():
            yield Look(f'"{printable(words)[:60]}" is printed above or below every page.')


_PRINTING_CODES = re.compile(r'&"[^"]*"|&[0-9]+|&K[0-9A-Fa-f]{6}|&[A-Za-z]|Page|Seite')


def _hidden(shown: _Shown) -> Iterator[Look]:
    """Rows and columns that are hidden."""
    looks = shown.looks
    if looks.filtered_rows:
        rows = rows_named(sorted(looks.filtered_rows))
        yield Look(f"Hidden by a filter: {rows} of the sheet.", deceives=False)
    if looks.hidden_rows:
        yield Look(f"Hidden, and not by a filter: {rows_named(sorted(looks.hidden_rows))}.")
    columns = looks.hidden_columns & {column for _, column in looks.styled}
    if ours := sorted(columns & shown.ours):
        yield Look(f"Columns of the program are hidden: {_letters(ours)}.")
    if others := sorted(columns - shown.ours):
        yield Look(f"Columns of your own are hidden: {_letters(others)}.", deceives=False)


def _letters(columns: Sequence[int]) -> str:
    return ", ".join(map(letter, columns))


def _view(shown: _Shown) -> Iterator[Look]:
    """What the view of the sheet hides."""
    frozen = shown.looks.frozen
    for view in shown.looks.views:
        if view.get("showZeros", "").strip() in ("0", "false"):
            yield Look("Zeros are not shown.")
        if is_yes(view.get("showFormulas")):
            yield Look("It shows formulas instead of values.", deceives=False)
        if (zoom := float(view.get("zoomScale", "100"))) < _TINY_PERCENT:
            yield Look(f"It is shown at {zoom:g}% of its size.")
        if any(frozen) and view.get("topLeftCell", "A1") != "A1":
            yield Look("Rows or columns above or before its frozen part cannot be scrolled to.")
    if max(frozen) > _MOST_FROZEN:
        yield Look("So much of it is frozen that the rest may be impossible to scroll to.")


_TINY_PERCENT = 25
_MOST_FROZEN = 20


def _formulas(shown: _Shown) -> Iterator[Look]:
    """Cells with formulas."""
    if places := shown.looks.formulas:
        more = f" and {counted(len(places) - 5, 'other')}" if len(places) > 5 else ""
        yield Look(
            f"The program writes no formulas. There are some in {', '.join(places[:5])}{more}."
        )


def _cells(shown: _Shown) -> Iterator[Look]:
    for look in shown.cells:
        own = look.column not in shown.ours
        yield Look(look.text, deceives=not (own and look.is_mark))


def _texts(shown: _Shown) -> Iterator[Look]:
    """Texts that are formatted in part."""
    names = shown.looks.elements.union(*(each.names for each in shown.shapes))
    if "rPr" in names:
        yield Look("Parts of its texts are formatted differently from the rest.")


def _shapes(shown: _Shown) -> Iterator[Look]:
    """Cells that are stored in a way that programs may read differently."""
    if places := list(dict.fromkeys(each for shape in shown.shapes for each in shape.odd)):
        named = ", ".join(map(printable, places[:5])) + (", …" if len(places) > 5 else "")
        yield Look(f"It is stored oddly, so programs may show different values: {named}.")


def _tables(shown: _Shown) -> Iterator[Look]:
    """Tables with a style of their own."""
    for each in shown.package.relationships(shown.sheet_part).values():
        if each.kind == "table" and each.part in shown.package:
            for style in shown.package.element(each.part).iter():
                if _local(style.tag) == "tableStyleInfo" and not _is_built_in(style.get("name")):
                    yield Look("Its table has a style of its own, which can hide texts.")


def _is_built_in(table_style: str | None) -> bool:
    return not table_style or _TABLE_STYLES.fullmatch(table_style) is not None


_TABLE_STYLES = re.compile(r"TableStyle(Light|Medium|Dark)[0-9]+")


def _drawings(shown: _Shown) -> Iterator[Look]:
    """Pictures and the like; LibreOffice adds a drawing with nothing in it."""
    for name in shown.package.names():
        if _DRAWING.fullmatch(name):
            tags = {_local(each.tag) for each in shown.package.element(name).iter()}
            if any(each.endswith("Anchor") for each in tags):
                yield Look("A picture, chart or text box lies over its cells.")


_DRAWING = re.compile(r"xl/drawings/[^/]+\.xml")


def _notes(shown: _Shown) -> Iterator[Look]:
    """Boxes, buttons and notes that lie over cells."""
    for name in shown.package.names():
        if "comment" in name and name.endswith(".xml"):
            places = [each.get("ref", "") for each in shown.package.element(name).iter()]
            yield from _noted([place for place in places if place], shown.ours)
        elif name.endswith(".vml"):
            shapes = shown.package.content(name).replace(b"\0", b"")  # as in UTF-16
            if _SHAPES.search(shapes):
                yield Look("A text box or button lies over its cells.")
            if _ALWAYS_SHOWN.search(shapes):
                yield Look("A note is always shown, and may lie over other cells.")


_SHAPES = re.compile(rb"""ObjectType\s*=\s*["'](?!Note)""")
_ALWAYS_SHOWN = re.compile(rb":Visible\s*/?>")


def _noted(places: Sequence[str], ours: frozenset[int]) -> Iterator[Look]:
    """Cells with notes."""
    at_ours = [each for each in places if column_number(each.rstrip("0123456789")) in ours]
    if at_ours:
        yield Look(f"Notes are attached to cells of the program: {', '.join(at_ours[:5])}.")
    if others := [each for each in places if each not in at_ours]:
        text = f"Notes are attached to cells of your own: {', '.join(others[:5])}."
        yield Look(text, deceives=False)


LOOKS: Sequence[Callable[[_Shown], Iterator[Look]]] = (
    *(_other_sheets, _parts, _formulas, _hidden, _view, _cells),
    *(_texts, _shapes, _tables, _elements, _drawings, _notes, _printed, _names),
)
"""Everything that is looked for."""
