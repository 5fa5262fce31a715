"""results.xlsx: the same cells for Excel, as text and numbers, and never a formula."""

import errno
import hashlib
import io
import os
import stat
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from batch_offboard.errors import StoppedError, UsageError
from batch_offboard.record.events import ResultsWritten
from batch_offboard.results.models import COLUMNS, RunView
from batch_offboard.results.placing import Placing, Written
from batch_offboard.results.results_xlsx import MOST_UNITS, workbook_bytes, write_workbook
from batch_offboard.results.run_verdict import STATUSES
from batch_offboard.termination_list import ListSettings, results_list
from tests.file_systems import failing, open_in_excel
from tests.results.views import DONE, FAILED, result, view, with_list

SETTINGS = ListSettings(today=date(2026, 11, 23))
WRITTEN_AT = "2026-11-23T19:40:00Z"


def sheet_of(whole: RunView) -> Any:
    """The sheet of a run's workbook as openpyxl reads it."""
    (sheet,) = load_workbook(io.BytesIO(workbook_bytes(whole))).worksheets
    return sheet


def cell_of(sheet: Any, column: str, row: int = 2) -> Cell:
    """A cell of ours by the name of its column."""
    names = [cell.value for cell in sheet[1]]
    cell: Cell = sheet.cell(row, names.index(column) + 1)
    return cell


def test_the_columns_are_those_of_results_csv() -> None:
    """The list's own first, then ours; the header is frozen and every column has a filter."""
    sheet = sheet_of(view(DONE, FAILED))
    assert [cell.value for cell in sheet[1]] == ["user_id", "name", "effective_date", *COLUMNS]
    assert [cell.value for cell in sheet["A"]] == ["user_id", DONE.user_id, FAILED.user_id]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:Z3")


@pytest.mark.parametrize(("cells", "words"), [(("a",), "1 cell,"), (("a",) * 4, "4 cells,")])
def test_a_row_of_other_columns_than_the_list_is_named(cells: tuple[str, ...], words: str) -> None:
    """As in a forged journal."""
    with pytest.raises(UsageError, match=f"row 2 has {words} the list 3 columns"):
        workbook_bytes(view(result(2), cells=(cells,)))


def test_the_header_stays_in_sight_and_stands_out() -> None:
    """Bold, in one colour over the list's own columns and in another over ours."""
    sheet = sheet_of(view(DONE))
    assert (sheet.sheet_view.pane.ySplit, sheet.sheet_view.pane.state) == (1, "frozen")
    assert {cell.font.bold for cell in sheet[1]} == {True}
    colours = [cell.fill.fgColor.rgb for cell in sheet[1]]
    assert (len(set(colours[:3])), len(set(colours[3:])), len(set(colours))) == (1, 1, 2)
    assert colours[0] != sheet["A2"].fill.fgColor.rgb


def test_spreadsheets_find_the_filter_by_its_name() -> None:
    """Excel and LibreOffice look for a hidden name of the cells that are filtered."""
    with ZipFile(io.BytesIO(workbook_bytes(view(DONE, FAILED)))) as archive:
        assert b"!$A$1:$Z$3</definedName>" in archive.read("xl/workbook.xml")


def test_whole_columns_of_the_list_are_text_and_ours_are_not() -> None:
    """A row that somebody adds below keeps its leading zeros."""
    columns = sheet_of(view(DONE)).column_dimensions
    assert [columns[each].number_format for each in "ABCD"] == ["@", "@", "@", "General"]


def test_blanks_around_a_text_are_declared_as_part_of_it() -> None:
    """Excel drops them otherwise, whatever other readers do."""
    with ZipFile(io.BytesIO(workbook_bytes(view(DONE, cells=(("a", " b", "c"),))))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b'<t xml:space="preserve"> b</t>' in sheet


def test_numbers_are_numbers_and_all_else_is_text() -> None:
    """An empty cell is empty; a status of the call that was never sent is no 0."""
    sheet = sheet_of(view(DONE, replace(FAILED, http_status=None)))
    numbers = ("row", "queues_before", "queues_removed", "queues_left", "attempts")
    values = [cell_of(sheet, f"offboard_{name}").value for name in numbers]
    assert values == [2, 3, 3, 0, 1]
    assert cell_of(sheet, "offboard_http_status", 3).value is None
    texts = {"retry": "no", "verified": "yes", "started_at": DONE.started_at, "error": None}
    assert {name: cell_of(sheet, f"offboard_{name}").value for name in texts} == texts


def test_each_status_has_a_colour_of_its_own() -> None:
    """And so has the row above, so that the columns of the run stand out from the list's."""
    rows = [result(n, status=status) for n, status in enumerate(STATUSES, 2)]
    sheet = sheet_of(view(*rows))
    cells = [cell_of(sheet, "offboard_status", n) for n in range(2, len(rows) + 2)]
    assert [cell.value for cell in cells] == list(STATUSES)
    colours = [cell.fill.fgColor.rgb for cell in cells if cell.fill.fill_type == "solid"]
    assert len(set(colours)) == len(STATUSES)


def test_no_cell_is_a_formula_an_error_or_a_number_of_the_lists() -> None:
    """Texts stay as they are, without apostrophes, in cells that a spreadsheet takes as text."""
    cells = ("=1+1", "007", "#N/A")
    evil = replace(FAILED, user_name="=cmd|' /C calc'!A0", error="@SUM(1)", left_because="-2+3")
    sheet = sheet_of(view(evil, cells=(cells,), started=with_list(header=("=h", "+b", "c"))))
    assert tuple(cell.value for cell in sheet[1][:3]) == ("=h", "+b", "c")
    assert tuple(cell.value for cell in sheet[2][:3]) == cells
    assert cell_of(sheet, "offboard_user_name").value == "=cmd|' /C calc'!A0"
    found = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert found == {"s", "n"}
    assert {cell.number_format for row in sheet.iter_rows() for cell in row[:3]} == {"@"}


def test_what_is_typed_into_an_empty_cell_of_the_list_is_text() -> None:
    """A missing employee number that somebody adds keeps its leading zeros."""
    sheet = sheet_of(view(DONE))
    assert (sheet["C2"].value, sheet["C2"].number_format) == (None, "@")


CELL = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
) | st.sampled_from(
    ["=1+1", "'=1", "''", "'0012", "\r\n", "_x000D_", "_x005F_x000D_", "_x000D_x000D_", "_x00e4_"]
)


@given(rows=st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=2))
@example(rows=[["\x01\x0b\x1f\x7f\ufffe\uffff", "a\tb\nc\rd "], ["_x000D_", " 'x"]])
def test_every_cell_of_the_list_reads_back_exactly(rows: list[list[str]]) -> None:
    """Control characters that XML forbids, what looks like an escape, apostrophes and blanks."""
    results = [replace(FAILED, row=n, user_id=f"{n}") for n in range(2, len(rows) + 2)]
    cells = tuple((f"{n}@x.example", *row, "end") for n, row in enumerate(rows))
    info = with_list(header=("email", "a", "b", "c"), columns={"email": 0})
    data = workbook_bytes(view(*results, cells=cells, started=info))
    found = results_list("results.xlsx", data, SETTINGS)
    assert [row.cells for row in found.rows] == list(cells)


def test_what_no_file_can_hold_does_not_cost_the_cell() -> None:
    """A NUL is left out, a lone surrogate in Genesys' message is written as its escape."""
    sheet = sheet_of(view(replace(FAILED, error="a\ud800b"), cells=(("a", "b\0c", "d"),)))
    assert (sheet["B2"].value, cell_of(sheet, "offboard_error").value) == ("bc", "a\\ud800b")


@pytest.mark.parametrize("letter", ["x", "\U0001f600"])
def test_a_text_that_excel_cannot_keep_is_cut(letter: str) -> None:
    """It would call the workbook damaged; the last character shows that there was more."""
    whole = view(DONE, cells=(("a", letter * 40_000, "b"),))
    found = sheet_of(whole)["B2"].value
    assert MOST_UNITS - 2 < len(found.encode("utf-16-le")) / 2 <= MOST_UNITS
    assert found.endswith(letter + "…")
    fits = "x" * MOST_UNITS
    assert sheet_of(view(DONE, cells=(("a", fits, "b"),)))["B2"].value == fits


def test_columns_are_wide_enough_to_read_and_not_wider() -> None:
    """By what is in them, as far as that is bearable."""
    sheet = sheet_of(view(DONE, cells=(("a" * 30, "b", "c" * 900),)))
    widths = [sheet.column_dimensions[each].width for each in "ABC"]
    assert 30 <= widths[0] <= 36
    assert 6 <= widths[1] <= 12
    assert 40 <= widths[2] <= 60


def test_the_same_run_gives_the_same_bytes() -> None:
    """Whenever it is rendered, so that its digest in the journal stays true."""
    first, entries = workbook_bytes(view(DONE)), []
    with ZipFile(io.BytesIO(first)) as archive:
        entries = [(each.date_time, each.create_system) for each in archive.infolist()]
    assert set(entries) == {((1980, 1, 1, 0, 0, 0), 0)}
    assert load_workbook(io.BytesIO(first)).properties.modified == datetime(2026, 11, 23, 19, 38)
    assert workbook_bytes(view(DONE)) == first


# -- the file


def known(*written: Written | None) -> tuple[ResultsWritten, ...]:
    """What the journal says of these files."""
    return tuple(ResultsWritten(each.name, each.sha256, WRITTEN_AT) for each in written if each)


def test_the_digest_is_announced_before_the_file_appears(tmp_path: Path) -> None:
    """The journal knows every workbook of ours, even if the program dies in between."""
    seen: list[tuple[Written, bool]] = []

    def announce(written: Written) -> None:
        seen.append((written, (tmp_path / written.name).exists()))

    written = write_workbook(tmp_path, view(DONE), announce)
    data = (tmp_path / "results.xlsx").read_bytes()
    assert written == Written("results.xlsx", hashlib.sha256(data).hexdigest())
    assert seen == [(written, False)]
    assert [path.name for path in tmp_path.iterdir()] == ["results.xlsx"]


def test_a_workbook_of_this_run_is_replaced_and_an_edited_one_is_not(tmp_path: Path) -> None:
    """Beside the edited one a numbered sibling is written and named."""
    first = write_workbook(tmp_path, view(DONE))
    second = write_workbook(tmp_path, view(FAILED, workbooks=known(first)))
    assert second is not None
    assert second.name == "results.xlsx"
    (tmp_path / "results.xlsx").write_bytes(b"edited")
    third = write_workbook(tmp_path, view(FAILED, workbooks=known(first, second)))
    assert third is not None
    assert third.name == "results-2.xlsx"
    assert (tmp_path / "results.xlsx").read_bytes() == b"edited"


def test_a_workbook_that_is_open_in_excel_gets_a_numbered_sibling(tmp_path: Path) -> None:
    """Excel on Windows lets nobody replace a file that it has open."""
    first = write_workbook(tmp_path, view(DONE))
    whole = view(FAILED, workbooks=known(first))
    written = write_workbook(tmp_path, whole, how=Placing(open_in_excel("results.xlsx")))
    assert written is not None
    assert (written.name, written.outdated) == ("results-2.xlsx", ("results.xlsx",))


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """A sentence, not a traceback, and no temporary file is left."""
    with pytest.raises(StoppedError, match="No space left on device"):
        write_workbook(tmp_path, view(DONE), how=Placing(failing(replace=errno.ENOSPC)))
    assert list(tmp_path.iterdir()) == []


def test_a_long_list_has_no_workbook_and_an_older_one_goes(tmp_path: Path) -> None:
    """Above 20,000 rows; a workbook that a person has edited stays."""
    first = write_workbook(tmp_path, view(DONE))
    long = view(*(replace(DONE, row=row) for row in range(2, 20_003)), workbooks=known(first))
    assert write_workbook(tmp_path, long) is None
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "results.xlsx").write_bytes(b"edited")
    assert write_workbook(tmp_path, long) is None
    assert (tmp_path / "results.xlsx").read_bytes() == b"edited"


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_only_the_owner_can_read_the_workbook(tmp_path: Path) -> None:
    """Names and addresses of leavers are nobody else's business."""
    write_workbook(tmp_path, view(DONE))
    assert stat.S_IMODE((tmp_path / "results.xlsx").stat().st_mode) == 0o600
