"""Workbooks of which openpyxl finds out late that they are damaged."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from batch_offboard.errors import ListError
from batch_offboard.termination_list import ListSettings, read_termination_list

SHEET = "xl/worksheets/sheet1.xml"


def damaged(before: bytes, after: bytes) -> bytes:
    """A workbook with one row, in whose sheet one piece is replaced."""
    book, whole, spoiled = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["employee_id"])
    book.active.append([4711])
    book.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(spoiled, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            assert name != SHEET or before in part
            target.writestr(name, part.replace(before, after) if name == SHEET else part)
    return spoiled.getvalue()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'<c r="A2"', b'<c r="A2" s="99"'),
        (b"<v>4711</v>", b"<v>47a11</v>"),
        (b"</sheetData>", b"</sheet>"),
    ],
)
def test_damage_that_shows_in_a_row_is_told(tmp_path: Path, before: bytes, after: bytes) -> None:
    """A style that is not there, a number that is none, an element that does not end."""
    path = tmp_path / "leavers.xlsx"
    path.write_bytes(damaged(before, after))
    with pytest.raises(ListError) as told:
        read_termination_list(path, ListSettings())
    assert str(told.value) == (
        "leavers.xlsx is a damaged Excel workbook. Open it in Excel and save it anew."
    )
