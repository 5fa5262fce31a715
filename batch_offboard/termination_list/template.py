"""An empty termination list with headers and made-up people, as CSV and as an Excel workbook.

The people match nobody: a row's address takes precedence over its employee number, and these are
under example.com, which is reserved (RFC 2606). Their last day is so far ahead that they are never
due, and neither is a person typed over one of them until that day is changed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

EXAMPLES = 3
"""How many made-up rows there are."""


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column: its header, a note on what belongs in it, and its cells in the made-up rows.

    `width` is in characters. `number_format` is Excel's format for the column: text, so that
    identifiers stay as they are typed, or a day.
    """

    header: str
    note: str
    examples: tuple[str, ...]
    width: float
    number_format: str = "@"


COLUMNS = (
    TemplateColumn(
        "employee_name",
        "First and last name, as in Genesys. A row with somebody else's name is put on hold.",
        ("Alex Example", "Kim Example", "Sam Example"),
        28,
    ),
    TemplateColumn(
        "work_email",
        "The e-mail address of the Genesys user. It finds the person if there is no user id.",
        ("alex.example@example.com", "kim.example@example.com", "sam.example@example.com"),
        34,
    ),
    TemplateColumn(
        "employee_id",
        "The employee number as in Genesys, with its leading zeros. It finds the person if there "
        "is no user id or e-mail address. May be empty.",
        ("", "0012345", ""),
        16,
    ),
    TemplateColumn(
        "user_id",
        "The id of the Genesys user, as in the address of the person's page. May be empty.",
        ("", "", "00000000-0000-4000-8000-000000000001"),
        40,
    ),
    TemplateColumn(
        "last_day",
        "The last day of work. The person is set to inactive on the day after it or later. Every "
        "person needs one. If there are no dates, delete this column.",
        ("2099-12-31",) * EXAMPLES,
        14,
        "yyyy-mm-dd",
    ),
)
"""The columns of an empty list: what they are for, and made-up examples."""


def template_csv() -> bytes:
    """The template as CSV: UTF-8 with a byte order mark, by which Excel knows it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.header for column in COLUMNS)
    writer.writerows(_rows())
    return text.getvalue().encode("utf-8-sig")


def template_workbook() -> bytes:
    """The template as an Excel workbook, with the notes as comments; always the same bytes."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Leavers"
    sheet.freeze_panes = "A2"
    sheet.append([column.header for column in COLUMNS])
    for row in _rows():
        sheet.append([cell or None for cell in row])
    _format(sheet)
    return _undated(workbook)


def _rows() -> Sequence[Sequence[str]]:
    return [[column.examples[row] for column in COLUMNS] for row in range(EXAMPLES)]


def _format(sheet: "Worksheet") -> None:
    """Give every column its width and number format, new rows included, and its header the note."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(COLUMNS, start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = column.width
        dimension.number_format = column.number_format
        for (cell,) in sheet.iter_rows(min_col=number, max_col=number):
            cell.number_format = column.number_format
        header = sheet.cell(1, number)
        header.font = Font(bold=True)
        header.comment = Comment(column.note, "batch-offboard", height=110, width=300)


_MOMENT = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*")


def _undated(workbook: "Workbook") -> bytes:
    """The saved workbook with a fixed date instead of the moment of saving."""
    saved, undated = io.BytesIO(), io.BytesIO()
    workbook.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(undated, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MOMENT.sub(rb"\g<1>2026-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return undated.getvalue()
