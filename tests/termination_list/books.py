"""Workbooks made by hand, part by part, as other programs than openpyxl may store them."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from batch_offboard.errors import ListError
from batch_offboard.termination_list.table import Table
from batch_offboard.termination_list.workbook import read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"
EMAIL = '<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c></row>'


def sheet_xml(rows: str, *, before: str = "", after: str = "") -> str:
    """A sheet with these rows; `before` and `after` stand around them."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def cells_xml(*cells: str) -> str:
    """A sheet with one row that has these cells."""
    return sheet_xml(f'<row r="1">{"".join(cells)}</row>')


def strings_xml(*items: str) -> str:
    """Shared strings with this content."""
    return f'<sst xmlns="{MAIN}">{"".join(f"<si>{item}</si>" for item in items)}</sst>'


def styles_xml(*styles: tuple[int, int], formats: str = "") -> str:
    """Styles by number format and font; font 1 is struck out."""
    cells = "".join(f'<xf numFmtId="{number}" fontId="{font}"/>' for number, font in styles)
    return (
        f'<styleSheet xmlns="{MAIN}">{formats}<fonts><font/><font><strike/></font></fonts>'
        f"<cellXfs>{cells}</cellXfs></styleSheet>"
    )


def related(*related: tuple[str, str]) -> str:
    """The relationships of a part: kind and target of rId1, rId2 and so on."""
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(related, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'


def workbook_xml(*sheets: str, more: str = "") -> str:
    """The part that lists the sheets: name and other attributes of each."""
    listed = "".join(
        f'<sheet {sheet} sheetId="{n}" r:id="rId{n}"/>' for n, sheet in enumerate(sheets, 1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{more}<sheets>{listed}</sheets></workbook>'


def parts_of(sheet: str, *, strings: str = "", styles: str = "", more: str = "") -> dict[str, str]:
    """The parts of a workbook with one sheet; `more` stands in the workbook's own part."""
    return {
        "_rels/.rels": related(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook_xml('name="Leavers"', more=more),
        "xl/_rels/workbook.xml.rels": related(
            ("worksheet", "worksheets/sheet1.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            ("styles", "styles.xml"),
        ),
        SHEET: sheet,
        **({"xl/sharedStrings.xml": strings} if strings else {}),
        **({"xl/styles.xml": styles} if styles else {}),
    }


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return stream.getvalue()


def book(sheet: str, *, strings: str = "", styles: str = "", more: str = "") -> bytes:
    """A workbook with one sheet."""
    return archive(parts_of(sheet, strings=strings, styles=styles, more=more))


def texts(data: bytes) -> list[str]:
    """The texts of the first row that is not blank."""
    return list(read_workbook(data, None).records[0].cells)


def rows(table: Table) -> list[tuple[int, ...]]:
    """Number and cells of each row."""
    return [(record.row, *record.cells) for record in table.records]


def refusal(data: bytes) -> str:
    """The sentence with which a workbook is refused."""
    with pytest.raises(ListError) as caught:
        read_workbook(data, None)
    return str(caught.value)
