"""Workbooks: damage that openpyxl finds out late, and what Excel shows beside the values."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from batch_offboard.errors import ListError
from batch_offboard.termination_list import read_termination_list
from batch_offboard.termination_list.workbook import read_workbook
from tests.termination_list.books import EMAIL, MAIN, archive, parts_of, related, sheet_xml
from tests.termination_list.settings import SETTINGS

SHEET = "xl/worksheets/sheet1.xml"
USER_ID = "11111111-1111-4111-8111-111111111111"


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
        read_termination_list(path, SETTINGS)
    assert str(told.value) == (
        "leavers.xlsx is a damaged Excel workbook. Open it in Excel and save it again."
    )


def test_rows_that_are_struck_out_are_told(tmp_path: Path) -> None:
    """A person who crosses a row out means "not this one", but only deleting it says so."""
    book, path = Workbook(), tmp_path / "struck.xlsx"
    for row in (["user_id", "note"], [USER_ID, "x"], [USER_ID, "x"], [USER_ID, ""]):
        book.active.append(row)
    for place in ("A3", "B4", "A9"):
        book.active[place].font = Font(strike=True)
    book.save(path)
    told = read_termination_list(path, SETTINGS).findings
    assert [each.rows for each in told if each.code == "struck_rows"] == [(3,)]


def test_a_strict_workbook_is_told_as_such(tmp_path: Path) -> None:
    """Its parts are in other namespaces, where openpyxl finds no sheet."""
    book, path = Workbook(), tmp_path / "strict.xlsx"
    book.save(path)
    schemas = b"http://schemas.openxmlformats.org"
    strict = {
        schemas + b"/spreadsheetml/2006": b"http://purl.oclc.org/ooxml/spreadsheetml",
        schemas + b"/officeDocument/2006": b"http://purl.oclc.org/ooxml/officeDocument",
    }
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            for before, after in strict.items():
                content = content.replace(before, after)  # noqa: PLW2901
            archive.writestr(name, content)
    with pytest.raises(ListError, match="Strict Open XML"):
        read_termination_list(path, SETTINGS)


def test_comments_are_shown(tmp_path: Path) -> None:
    """One may say that the person stays; those on headers are about the columns."""
    book, path = Workbook(), tmp_path / "commented.xlsx"
    for row in (["user_id", "note"], [USER_ID, "x"], [USER_ID, "x"]):
        book.active.append(row)
    for place, text in {
        "A1": "a header",
        "A3": "HR:\nstays until March",
        "B3": "ask  Ann",
        "C9": "below",
    }.items():
        book.active[place].comment = Comment(text, "HR")
    book.save(path)
    findings = read_termination_list(path, SETTINGS).findings
    [said] = [each for each in findings if each.code == "comments"]
    assert (said.kind, said.rows) == ("notice", (3,))
    assert said.message == (
        "Comments in Excel change nothing here, so check them: "
        'row 3: "HR: stays until March · ask Ann".'
    )


def test_of_a_thread_every_reply_is_shown() -> None:
    """What older versions of Excel show instead is left out."""
    threads = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    one = '<threadedComment ref="A1"><text>Leaves?</text></threadedComment>'
    two = '<threadedComment ref="A1"><text>No!</text></threadedComment>'
    old = '<comment ref="A1"><text><t>[Threaded comment] Your version</t></text></comment>'
    parts = {
        **parts_of(sheet_xml(EMAIL)),
        "xl/worksheets/_rels/sheet1.xml.rels": related(
            ("threadedComment", "../threadedComments/1.xml"), ("comments", "../comments1.xml")
        ),
        "xl/threadedComments/1.xml": f'<x:T xmlns:x="x" xmlns="{threads}">{one}{two}</x:T>',
        "xl/comments1.xml": f'<comments xmlns="{MAIN}"><commentList>{old}</commentList></comments>',
    }
    assert read_workbook(archive(parts), None).comments == {1: "Leaves? · No!"}
