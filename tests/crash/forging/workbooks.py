"""results.xlsx, forged and saved again."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table

from tests.crash.forging.case import (
    Case,
    as_bytes,
    both,
    gone,
)

BLACK, WHITE = "FF000000", "FFFFFFFF"
ROWS_WORD = "The program's columns were changed"
NOT_VALUES = "has the values of the journal, but"


Change = tuple[str, str, str | Callable[[re.Match[str]], str]]
"""A part, a pattern, and what stands for what it finds."""


def book_with(change: Callable[[Any, Any], object]) -> Callable[[Path], None]:
    """Change the workbook as a spreadsheet would save it."""

    def forge(folder: Path) -> None:
        path = folder / "results.xlsx"
        book = load_workbook(path)
        change(book, book.worksheets[0])
        book.save(path)

    return forge


def parts_with(*changes: Change) -> Callable[[Path], None]:
    """In these parts of the workbook, replace a piece that a pattern finds."""

    def forge(folder: Path) -> None:
        path = folder / "results.xlsx"
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        for name, pattern, text in changes:
            before = parts.get(name, b"").decode()
            parts[name] = (
                re.sub(pattern, text, before, count=1).encode() if before else text.encode()
            )
            assert parts[name].decode() != before
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)

    return forge


SHEET = "xl/worksheets/sheet1.xml"


def forged_first(book: Any, sheet: Any) -> None:
    """A copy with another status is shown; the true sheet is hidden behind it."""
    copy = book.copy_worksheet(sheet)
    copy.title = "Results"
    at(copy, "status").value = "failed"
    book.move_sheet(copy, -1)
    book.active = 0
    sheet.sheet_state = "hidden"


def at(sheet: Any, column: str, row: int = 2) -> Any:
    """The cell in one of our columns."""
    header = [cell.value for cell in sheet[1]]
    return sheet.cell(row, header.index(f"offboard_{column}") + 1)


def styled(**styles: Any) -> Callable[[Path], None]:
    """The first status has another style."""

    def change(_: Any, sheet: Any) -> None:
        for name, style in styles.items():
            setattr(at(sheet, "status"), name, style)

    return book_with(change)


def hidden_column(name: str) -> Callable[[Path], None]:
    """A column is hidden."""

    def change(_: Any, sheet: Any) -> None:
        letter = next(cell.column_letter for cell in sheet[1] if cell.value == name)
        sheet.column_dimensions[letter].hidden = True

    return book_with(change)


def filtered(_: Any, sheet: Any) -> None:
    """A filter on the status hides a row."""
    sheet.auto_filter.add_filter_column(2, ["done"])
    sheet.row_dimensions[3].hidden = True


def sorted_rows(_: Any, sheet: Any) -> None:
    """The rows stand the other way round."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for n, values in enumerate(reversed(rows), 2):
        for cell, value in zip(sheet[n], values, strict=True):
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type


def coloured(_: Any, sheet: Any) -> None:
    """Rows are yellow, and columns wider."""
    for cell in sheet[2]:
        cell.fill = PatternFill("solid", fgColor="FFFF00")
    sheet.column_dimensions["A"].width = 60
    sheet.row_dimensions[2].height = 40
    sheet.freeze_panes = "C2"


def remarks(_: Any, sheet: Any) -> None:
    """A column of the person's own behind all others."""
    sheet.cell(1, sheet.max_column + 1).value = "remark"
    sheet.cell(3, sheet.max_column).value = "asked"


def picture(_: Any, sheet: Any) -> None:
    """A picture over the cells."""
    import PIL.Image

    data = io.BytesIO()
    PIL.Image.new("RGB", (4, 4)).save(data, "PNG")
    sheet.add_image(Image(data), "C2")


def noted(column: str) -> Callable[[Path], None]:
    """A note on a cell of a column."""

    def change(_: Any, sheet: Any) -> None:
        cell = next(cell for cell in sheet[1] if cell.value == column)
        sheet.cell(2, cell.column).comment = Comment("see ticket 7", "HR")

    return book_with(change)


def white_format(_: Any, sheet: Any) -> None:
    """A conditional format with white text."""
    rule = FormulaRule(formula=["TRUE"], font=Font(color=WHITE))
    sheet.conditional_formatting.add("C2:C4", rule)


def validated(_: Any, sheet: Any) -> None:
    """A rule for typing with a message over the cells."""
    rule = DataValidation(type="list", formula1='"done"', promptTitle="Status", prompt="done")
    sheet.add_data_validation(rule)
    rule.add("C2:C4")


def named(book: Any, sheet: Any) -> None:
    """Only a part is printed."""
    sheet.print_area = "A1:C2"


def name_of_cells(book: Any, _: Any) -> None:
    """A name for cells."""
    book.defined_names["leavers"] = DefinedName("leavers", attr_text="'Offboarding results'!$A$1")


def set_value(column: str, value: object) -> Callable[[Path], None]:
    """A cell of ours has another value."""

    def change(_: Any, sheet: Any) -> None:
        cell = at(sheet, column)
        cell.value = value

    return book_with(change)


def cached_formula(folder: Path) -> None:
    """A formula that shows the true value, as long as nobody calculates it."""
    with zipfile.ZipFile(folder / "results.xlsx") as archive:
        sheet = archive.read(SHEET).decode()
    cell = re.search(r'<c r="C2"([^>]*?) t="[a-zA-Z]+"[^>]*>.*?</c>', sheet)
    assert cell
    formula = r'<c r="C2" t="str"><f>IF(TODAY()&gt;0,"done","")</f><v>done</v></c>'
    parts_with((SHEET, re.escape(cell[0]), formula))(folder)


def table_of_cells(_: Any, sheet: Any) -> None:
    """The cells are formatted as a table with a filter, as Excel does."""
    sheet.auto_filter.ref = None
    table = Table(displayName="Leavers", ref=sheet.dimensions)
    table.autoFilter = AutoFilter(ref=sheet.dimensions)
    table.autoFilter.add_filter_column(2, ["done"])
    sheet.add_table(table)
    sheet.row_dimensions[4].hidden = True


def hidden_behind_a_filter(_: Any, sheet: Any) -> None:
    """The filter is of other rows than the hidden one."""
    sheet.auto_filter.ref = "A1:Y3"
    sheet.auto_filter.add_filter_column(2, ["done"])
    sheet.row_dimensions[4].hidden = True


def stored_twice(folder: Path) -> None:
    """A part is stored twice, and programs differ in which one they read."""
    with (
        zipfile.ZipFile(folder / "results.xlsx", "a") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        archive.writestr("docProps/app.xml", b"<Properties/>")


FORGED = [
    Case(
        "parts of shared texts in another style",
        "alone",
        both(
            book_with(lambda *_: None),
            parts_with(
                (
                    "xl/sharedStrings.xml",
                    "<si><t>done</t></si>",
                    '<si><r><rPr><sz val="1"/></rPr><t>done</t></r></si>',
                )
            ),
        ),
        3,
        [NOT_VALUES, "Parts of its texts"],
    ),
    Case(
        "row hidden beside a filter",
        "alone",
        book_with(hidden_behind_a_filter),
        3,
        ["Hidden, and not by a filter: row 4."],
    ),
    Case(
        "white text by the theme",
        "alone",
        styled(font=Font(color=Color(theme=0)), fill=PatternFill()),
        3,
        ["the colour of the cell"],
    ),
    Case(
        "white text by number",
        "alone",
        styled(font=Font(color=Color(indexed=9)), fill=PatternFill()),
        3,
        ["the colour of the cell"],
    ),
    Case("part stored twice", "alone", stored_twice, 3, ["is stored more than once"]),
    Case(
        "hidden by default",
        "alone",
        parts_with((SHEET, "<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" ')),
        3,
        ["Hidden, and not by a filter: rows 1-4."],
    ),
    Case(
        "far too small",
        "alone",
        book_with(lambda _, s: setattr(s.sheet_view, "zoomScale", 10)),
        3,
        ["shown at 10% of its size"],
    ),
    Case(
        "value changed",
        "alone",
        set_value("status", "failed"),
        3,
        ['was "done", now "failed"', ROWS_WORD],
    ),
    Case("formula", "alone", set_value("status", '="done"'), 3, []),
    Case(
        "formula with the true value",
        "alone",
        cached_formula,
        3,
        [NOT_VALUES, "There are some in C2"],
    ),
    Case(
        "true sheet hidden behind a forged one",
        "alone",
        book_with(forged_first),
        3,
        ["with the results is hidden", 'another sheet, "Results"'],
    ),
    Case(
        "another sheet",
        "alone",
        book_with(lambda book, _: book.create_sheet("Notes")),
        3,
        [NOT_VALUES, 'another sheet, "Notes".'],
    ),
    Case(
        "hidden sheet",
        "alone",
        book_with(lambda book, _: setattr(book.create_sheet("Notes"), "sheet_state", "veryHidden")),
        3,
        ["which is hidden"],
    ),
    Case(
        "opens at another sheet",
        "alone",
        book_with(lambda book, _: (book.create_sheet("Notes"), setattr(book, "active", 1))),
        3,
        ["It opens at another sheet"],
    ),
    Case(
        "hidden row",
        "alone",
        book_with(lambda _, s: setattr(s.row_dimensions[4], "hidden", True)),
        3,
        [NOT_VALUES, "Hidden, and not by a filter: row 4."],
    ),
    Case(
        "row of no height",
        "alone",
        book_with(lambda _, s: setattr(s.row_dimensions[4], "height", 0.5)),
        3,
        ["not by a filter: row 4."],
    ),
    Case(
        "hidden column",
        "alone",
        hidden_column("offboard_status"),
        3,
        ["Columns of the program are hidden: C."],
    ),
    Case(
        "column of no width",
        "alone",
        book_with(lambda _, s: setattr(s.column_dimensions["C"], "width", 0.1)),
        3,
        ["Columns of the program are hidden: C."],
    ),
    Case(
        "rows above the frozen part",
        "alone",
        parts_with((SHEET, "<sheetView ", '<sheetView topLeftCell="A3" ')),
        3,
        ["cannot be scrolled to"],
    ),
    Case(
        "zeros not shown",
        "alone",
        book_with(lambda _, s: setattr(s.sheet_view, "showZeros", False)),
        3,
        ["Zeros are not shown."],
    ),
    Case(
        "number format of another word",
        "alone",
        styled(number_format='"x";"x";"x";"failed"'),
        3,
        [NOT_VALUES, "the number format"],
    ),
    Case(
        "number format that shows nothing",
        "alone",
        styled(number_format=";;;"),
        3,
        ["the number format"],
    ),
    Case(
        "white text",
        "alone",
        styled(font=Font(color=WHITE), fill=PatternFill()),
        3,
        ["the colour of the cell"],
    ),
    Case(
        "black on black",
        "alone",
        styled(fill=PatternFill("solid", fgColor=BLACK)),
        3,
        ["the colour of the cell"],
    ),
    Case("tiny text", "alone", styled(font=Font(sz=1)), 3, ["too small to be read"]),
    Case(
        "font of signs",
        "alone",
        styled(font=Font(name="Wingdings")),
        3,
        ["shows symbols instead of letters"],
    ),
    Case("struck out", "alone", styled(font=Font(strike=True)), 3, ["struck out"]),
    Case(
        "texts repeated",
        "alone",
        styled(alignment=Alignment(horizontal="fill")),
        3,
        ["repeated to fill"],
    ),
    Case("conditional format", "alone", book_with(white_format), 3, ["conditional formats"]),
    Case(
        "merged cells", "alone", book_with(lambda _, s: s.merge_cells("C2:C3")), 3, ["merged cells"]
    ),
    Case("rule for typing", "alone", book_with(validated), 3, ["data validation"]),
    Case(
        "note on a cell of the program",
        "alone",
        noted("offboard_status"),
        3,
        ["Notes are attached to cells of the program: C2."],
    ),
    Case("picture", "alone", book_with(picture), 3, ["A picture, chart or text box"]),
    Case(
        "header on paper",
        "alone",
        book_with(lambda _, s: setattr(s.oddHeader.center, "text", "All done")),
        3,
        ['"All done" is printed'],
    ),
    Case("only a part printed", "alone", book_with(named), 3, ["Only a part of it is printed"]),
    Case(
        "parts of texts in another style",
        "alone",
        parts_with(
            (
                SHEET,
                r'(<c r="C2"[^>]*) t="[a-zA-Z]+"[^>]*>.*?</c>',
                r'\1 t="inlineStr"><is><r><rPr><color rgb="FFFFFFFF"/></rPr><t>done</t></r></is>'
                "</c>",
            )
        ),
        3,
        ["Parts of its texts"],
    ),
    Case(
        "a macro", "alone", parts_with(("xl/vbaProject.bin", "", "macro")), 3, ["It holds a macro."]
    ),
    Case(
        "an unknown part",
        "alone",
        parts_with(("xl/webextensions/taskpanes.xml", "", "<a/>")),
        3,
        ["a part that this program does not write"],
    ),
    Case(
        "an unknown element",
        "alone",
        parts_with((SHEET, "</worksheet>", "<scenarios/></worksheet>")),
        3,
        ["does not write (scenarios)"],
    ),
    Case(
        "results.xlsx no workbook",
        "alone",
        as_bytes(b"PK\x03\x04 no", "results.xlsx"),
        3,
        ["It is no longer a results file"],
    ),
    Case("results.xlsx removed", "alone", gone("results.xlsx"), 3, ["results.xlsx is missing"]),
]

HONEST = [
    Case(
        "formatted as a table and filtered",
        "alone",
        book_with(table_of_cells),
        0,
        ["formatted as a table", "Hidden by a filter: row 4"],
    ),
    Case(
        "frozen further right",
        "alone",
        book_with(lambda _, s: setattr(s, "freeze_panes", "D2")),
        0,
        ["results.xlsx matches"],
    ),
    Case(
        "numbers with two places",
        "alone",
        book_with(lambda _, s: setattr(at(s, "row"), "number_format", "0.00")),
        0,
        ["results.xlsx matches"],
    ),
    Case(
        "empty header and drawing of LibreOffice",
        "alone",
        parts_with(
            (
                SHEET,
                "</worksheet>",
                "<headerFooter><oddFooter>&amp;CPage &amp;P</oddFooter></headerFooter></worksheet>",
            )
        ),
        0,
        ["results.xlsx matches"],
    ),
    Case("workbook saved again", "alone", book_with(lambda *_: None), 0, ["results.xlsx matches"]),
    Case("workbook coloured and widened", "alone", book_with(coloured), 0, ["xlsx matches"]),
    Case(
        "workbook filtered",
        "alone",
        book_with(filtered),
        0,
        ["results.xlsx matches", "Hidden by a filter: row 3 of the sheet."],
    ),
    Case(
        "own column hidden",
        "alone",
        hidden_column("name"),
        0,
        ["Columns of your own are hidden: B."],
    ),
    Case(
        "note on a cell of one's own", "alone", noted("name"), 0, ["attached to cells of your own"]
    ),
    Case("name for cells", "alone", book_with(name_of_cells), 0, ['the name "leavers"']),
    Case(
        "own cell struck out",
        "alone",
        book_with(lambda _, sheet: setattr(sheet["B2"], "font", Font(strike=True))),
        0,
        ["From B2 on, the text is struck out."],
    ),
    Case(
        "remarks in a column of one's own",
        "alone",
        book_with(remarks),
        3,
        ["Added columns: remark.", "Only columns that were added differ."],
    ),
    Case(
        "workbook sorted",
        "alone",
        book_with(sorted_rows),
        3,
        ["rows are in a different order, as after sorting", "No cell has a different value."],
        ["The program's columns were changed"],
    ),
]
